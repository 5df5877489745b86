import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandRunId, formatModelRef, parseModelRef } from '../../../../src/core/training/modelRef';

const id = '01JD0000000000000000000000';

describe('a model reference', () => {
	it.each([
		['base', { kind: 'base' }],
		[`run:${id}`, { kind: 'run', id }],
		[`run:${id}@60`, { kind: 'run', id, step: 60 }],
		['path:/models/mistral 7b', { kind: 'path', path: '/models/mistral 7b' }],
		[
			'hub:mistralai/Mistral-7B-v0.1@main',
			{ kind: 'hub', id: 'mistralai/Mistral-7B-v0.1', revision: 'main' },
		],
		['hub:gpt2', { kind: 'hub', id: 'gpt2' }],
		['endpoint:judge', { kind: 'endpoint', name: 'judge' }],
	])('%s is read and written back', (text, ref) => {
		const parsed = parseModelRef(text);
		expect(parsed).toEqual({ ok: true, value: ref });
		expect(parsed.ok && formatModelRef(parsed.value)).toBe(text);
	});

	it.each([
		'',
		'mistral',
		'run:',
		'run:../x',
		'run:ABCD@',
		'hub:',
		'hub:a/b/c',
		'hub:a@',
		'hub:-x/y',
		'file:x',
	])('%j is refused', text => {
		expect(parseModelRef(text)).toMatchObject({ ok: false, error: { code: 'modelRefInvalid' } });
	});

	it('never throws, whatever it is given', () => {
		fc.assert(fc.property(fc.string(), text => typeof parseModelRef(text).ok === 'boolean'));
	});
});

describe('an abbreviated run id', () => {
	const ids = ['01JD0000000000000000000AAA', '01JD0000000000000000000BBB'];
	it('is completed by its end or its beginning when only one run fits', () => {
		expect(expandRunId('bbb', ids)).toEqual({ ok: true, value: ids[1] });
		expect(expandRunId('01JD0000000000000000000A', ids)).toEqual({ ok: true, value: ids[0] });
	});
	it('is refused when none or several fit', () => {
		expect(expandRunId('01JD', ids)).toMatchObject({ ok: false, error: { code: 'runUnknown' } });
		expect(expandRunId('ZZZZ', ids)).toMatchObject({ ok: false });
		expect(expandRunId('', ids)).toMatchObject({ ok: false });
	});
});
