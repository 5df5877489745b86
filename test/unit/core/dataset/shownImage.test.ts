import { describe, expect, it } from 'vitest';
import { largestInlineImage, shownImage } from '../../../../src/core/dataset/shownImage';

const png =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = (source: string, raw: unknown = source) =>
	shownImage({ kind: 'image', source, place: 'part', raw });

describe('an image of a row', () => {
	it.each([
		['images/1.jpg', { kind: 'path', path: 'images/1.jpg' }],
		['C:\\data\\1.jpg', { kind: 'path', path: 'C:\\data\\1.jpg' }],
		['file:///data/a%20b.png', { kind: 'path', path: '/data/a b.png' }],
		['file:///C:/data/1.png', { kind: 'path', path: 'C:/data/1.png' }],
		['https://example.com/1.png', { kind: 'address', address: 'https://example.com/1.png' }],
		['HTTP://example.com/1.png', { kind: 'address', address: 'HTTP://example.com/1.png' }],
		['vscode-resource://x/1.png', { kind: 'address', address: 'vscode-resource://x/1.png' }],
	])('named %j is %j', (source, shown) => {
		expect(image(source)).toEqual(shown);
	});

	it.each([
		['a data URI', image(`data:image/png;base64,${png}`)],
		['base64 alone', image(png)],
		[
			'bytes of a Parquet file, whatever it was called',
			image('x.jpg', { bytes: png, path: 'x.jpg' }),
		],
		['a source with data', image('', { type: 'image', source: { type: 'base64', data: png } })],
	])('is drawn from %s', (_name, shown) => {
		expect(shown).toMatchObject({ kind: 'inline', uri: `data:image/png;base64,${png}` });
	});

	it('is what its bytes are, not what it says', () => {
		expect(image(`data:image/svg+xml;base64,${png}`)).toMatchObject({
			uri: `data:image/png;base64,${png}`,
		});
		expect(image('data:image/png;base64,PHN2Zz4=')).toMatchObject({ kind: 'unshown' });
		expect(image('data:text/html,<script>alert(1)</script>')).toMatchObject({ kind: 'unshown' });
	});

	it('is not drawn when it is very large', () => {
		const large = png + 'A'.repeat((largestInlineImage * 4) / 3);
		expect(image(large)).toMatchObject({ kind: 'unshown', reason: expect.stringContaining('MB') });
	});
});
