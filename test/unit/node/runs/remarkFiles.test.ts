import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScoreLine } from '../../../../src/core/contract/runFiles.generated';
import { RemarkFiles } from '../../../../src/node/runs/remarkFiles';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-remarks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = '2026-11-28T01:00:00.000Z';
const score = (fields: Partial<ScoreLine>): ScoreLine => ({
	step: 100,
	name: 'mt-bench',
	value: 6.2,
	source: 'judge',
	at,
	...fields,
});

describe('the scores and notes of a run', () => {
	it('come back as they were added, by step, of one step and name the last', () => {
		const files = new RemarkFiles(folder);
		expect(files.read()).toEqual({ scores: [], notes: [], brokenLines: 0 });
		const before = files.stamp;
		for (const line of [
			score({ step: 200, value: 6.5, low: 6.1, high: 6.9, n: 80 }),
			score({ value: 5 }),
			score({ value: 6.2 }),
			score({ name: 'win rate', value: 0.5, source: 'vote' }),
		]) {
			expect(files.addScore(line).ok).toBe(true);
		}
		expect(files.stamp).not.toBe(before);
		expect(files.read().scores.map(({ step, name, value }) => [step, name, value])).toEqual([
			[100, 'mt-bench', 6.2],
			[100, 'win rate', 0.5],
			[200, 'mt-bench', 6.5],
		]);
		expect(files.read().scores[2]).toEqual(
			score({ step: 200, value: 6.5, low: 6.1, high: 6.9, n: 80 }),
		);
	});

	it('have a file for each author of notes, which names the author', () => {
		const files = new RemarkFiles(folder);
		expect(files.addNote({ step: 7, text: 'lr halved', author: 'bo', at }).ok).toBe(true);
		expect(files.addNote({ step: 3, text: 'warm', author: 'ann', at }).ok).toBe(true);
		expect(files.read().notes.map(note => [note.step, note.author, note.text])).toEqual([
			[3, 'ann', 'warm'],
			[7, 'bo', 'lr halved'],
		]);
		expect(readFileSync(join(folder, 'notes', 'bo.jsonl'), 'utf8')).toContain('lr halved');
	});

	it.each([
		['a value outside its interval', { low: 7 }],
		['an interval turned round', { low: 6.4, high: 6 }],
		['a value that is no number', { value: Number.NaN }],
		['a step between steps', { step: 1.5 }],
		['an empty name', { name: ' ' }],
		['a name of two lines', { name: 'a\nb' }],
		['half an example', { n: 0.5 }],
	])('do not take %s', (_what, fields) => {
		const files = new RemarkFiles(folder);
		const added = files.addScore(score(fields));
		expect(added.ok ? undefined : added.error.code).toBe('scoreInvalid');
		expect(files.read().scores).toEqual([]);
	});

	it('count lines that are none, and go on behind a torn one', () => {
		writeFileSync(join(folder, 'scores.jsonl'), '{"step":1}\nnonsense\n{"step":1,"na');
		const files = new RemarkFiles(folder);
		expect(files.addScore(score({})).ok).toBe(true);
		expect(files.read()).toMatchObject({ scores: [{ name: 'mt-bench' }], brokenLines: 3 });
	});

	it('are never read from, nor written through, a link to elsewhere', () => {
		const elsewhere = join(folder, 'elsewhere');
		writeFileSync(elsewhere, `${JSON.stringify(score({}))}\n`);
		const run = join(folder, 'run');
		mkdirSync(run);
		symlinkSync(elsewhere, join(run, 'scores.jsonl'));
		const files = new RemarkFiles(run);
		expect(files.read().scores).toEqual([]);
		const added = files.addScore(score({}));
		expect(added.ok ? undefined : added.error.code).toBe('fileUnwritable');
		expect(readFileSync(elsewhere, 'utf8').trim().split('\n')).toHaveLength(1);
	});
});
