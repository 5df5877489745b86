import { describe, expect, it } from 'vitest';
import { fixBytes } from '../../../../../src/core/dataset/clean/fixRow';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (row: Uint8Array): string => new TextDecoder().decode(row);

describe('fixing a row', () => {
	it('changes only the tokens it mends', () => {
		const row =
			'{ "n":1.0, "big":12345678901234567890,"messages":[{"role":"user","content":"hi. you"},' +
			'{"content":"caf\\u00e9. we go \\/ stay.","role":"assistant","x":[ ]}] }';
		const fixed = fixBytes(bytes(row), 'truecase');
		expect(fixed.kind === 'changed' && text(fixed.bytes)).toBe(
			row.replace('caf\\u00e9. we', 'Caf\\u00e9. We'),
		);
		expect(fixed).toMatchObject({
			edits: [
				{ at: 'messages[1].content', before: 'café. we go / stay.', after: 'Café. We go / stay.' },
			],
		});
	});

	it('reaches every place where a text stands', () => {
		const pair = (reply: string): string =>
			`{"prompt":"Q","chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"${reply}"}],` +
			`"rejected":[{"role":"user","content":"Q"},{"role":"assistant","content":"no. it is not."}],` +
			`"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"${reply}"}]}`;
		const fixed = fixBytes(bytes(pair('yes. it is.')), 'truecase');
		expect(fixed.kind === 'changed' && text(fixed.bytes)).toBe(
			pair('Yes. It is.').replace('no. it', 'No. It'),
		);
	});

	it('takes a preface from the chosen reply and lets the rejected one keep it', () => {
		const row = JSON.stringify({
			prompt: 'How do I clean a car?',
			chosen: 'As an AI, I have none. Use soap.',
			rejected: 'As an AI, I have none. Use sand.',
		});
		const fixed = fixBytes(bytes(row), 'stripPreface');
		expect(fixed.kind === 'changed' && text(fixed.bytes)).toBe(
			row.replace('As an AI, I have none. Use soap.', 'Use soap.'),
		);
	});

	it('drops a row of which nothing but a preface is there, and keeps what it need not touch', () => {
		const dialogue = (reply: string): Uint8Array =>
			bytes(JSON.stringify({ data: ['Where is Rome?', reply] }));
		expect(fixBytes(dialogue("As an AI, I don't have a body."), 'stripPreface')).toEqual({
			kind: 'dropped',
			reason: 'nothing but a preface is left to strip',
		});
		expect(fixBytes(dialogue('In Italy.'), 'stripPreface')).toEqual({ kind: 'kept' });
		expect(fixBytes(bytes('{"broken'), 'truecase')).toEqual({ kind: 'kept' });
	});

	it('trims user turns too', () => {
		const fixed = fixBytes(bytes('{"data":[" hi\\n","\\tyes "]}'), 'trim');
		expect(fixed.kind === 'changed' && text(fixed.bytes)).toBe('{"data":["hi","yes"]}');
	});
});
