import { expect, test } from 'vitest';
import { visibleText } from '../../../../webview/responseDiff/visibleText';

test('control characters, terminal codes and direction overrides are seen, layout stays', () => {
	expect(visibleText('a\u001b[31mb\u0000\r\n\tc\u007f\u0085\u202ed')).toBe('a␛[31mb␀\n\tc␡␦␦d');
	expect(visibleText('猫 שלום 👩‍👩‍👧')).toBe('猫 שלום 👩‍👩‍👧');
});
