import { describe, expect, it } from 'vitest';
import { countWords, stepWords } from '../../../../webview/runMonitor/doctorState';

describe('the doctor’s words on the page', () => {
	it('count what there is of each severity', () => {
		const some = (...severities: ('error' | 'warning' | 'info')[]): string =>
			countWords(severities.map(severity => ({ severity })));
		expect(some()).toBe('');
		expect(some('error')).toBe('1 error');
		expect(some('warning', 'info', 'error', 'warning')).toBe('1 error, 2 warnings and 1 note');
	});

	it('name one step or several', () => {
		expect(stepWords({ from: 12, to: 12 })).toBe('step 12');
		expect(stepWords({ from: 12, to: 40 })).toBe('steps 12–40');
	});
});
