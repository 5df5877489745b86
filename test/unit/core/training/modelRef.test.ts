import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRunId, formatModelRef, parseModelRef } from '../../../../src/core/training/modelRef';

const id = '01JD0000000000000000000000';

describe('a model reference', () => {
	it.each([
		['base', { kind: 'base' }],
		[`run:${id}`, { kind: 'run', run: id }],
		[`run:${id}@60`, { kind: 'run', run: id, step: 60 }],
		['run:sft tiny.2', { kind: 'run', run: 'sft tiny.2' }],
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

describe('a run as people name it', () => {
	const runs = [
		{ id: '01JD0000000000000000000AAA', name: 'sft', state: 'finished' },
		{ id: '01JD0000000000000000000BBB', name: 'dpo', state: 'finished' },
		{ id: '01JD0000000000000000000CCC', name: 'sft', state: 'finished' },
		{ id: '01JD0000000000000000000DDD', name: 'sft', state: 'failed' },
	] as const;
	it.each([
		['01jd0000000000000000000bbb', 1],
		['0BBB', 1],
		['dpo', 1],
		['sft', 2],
	])('is found by %s', (text, index) => {
		expect(findRunId(text, runs)).toEqual({ ok: true, value: runs[index]?.id });
	});
	it('is refused when none or several fit', () => {
		expect(findRunId('01JD', runs)).toMatchObject({ ok: false, error: { code: 'runUnknown' } });
		expect(findRunId('ZZZZ', runs)).toMatchObject({ ok: false });
		expect(findRunId('', runs)).toMatchObject({ ok: false });
	});
});
