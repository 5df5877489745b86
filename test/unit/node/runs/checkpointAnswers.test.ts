import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointAnswerMirror } from '../../../../src/node/runs/checkpointAnswers';

const runId = '01JDWINDS0CK00000000000001';
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-answers-'));
	const record = { schemaVersion: 1, id: runId, runId, name: 'x', models: [], note: 'kept' };
	writeFileSync(join(folder, 'comparison.json'), JSON.stringify(record));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const header = (): { models: unknown; note: string } =>
	JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8')) as {
		models: unknown;
		note: string;
	};

describe('the answers of checkpoints', () => {
	it('become lanes in the order of their steps, whichever arrives first', () => {
		const mirror = new CheckpointAnswerMirror(folder, runId);
		expect(mirror.append('responses/step%20100.jsonl', 0, bytes('{}\n'))).toBe(true);
		expect(mirror.append('responses/step%2020.jsonl', 0, bytes('{"a":1}\n'))).toBe(true);
		expect(mirror.append('responses/step%2020.jsonl', 8, bytes('{"a":2}\n'))).toBe(true);
		expect(header()).toMatchObject({
			note: 'kept',
			models: [
				{ label: 'step 20', ref: `run:${runId}@20`, file: 'responses/step%2020.jsonl' },
				{ label: 'step 100', ref: `run:${runId}@100` },
			],
		});
		expect(readFileSync(join(folder, 'responses/step%2020.jsonl'), 'utf8')).toBe(
			'{"a":1}\n{"a":2}\n',
		);
		// Another window goes on where this one was.
		expect(new CheckpointAnswerMirror(folder, runId).offsets()).toEqual({
			'responses/step%2020.jsonl': 16,
			'responses/step%20100.jsonl': 3,
		});
	});

	it('are taken without a gap and without a duplicate', () => {
		const mirror = new CheckpointAnswerMirror(folder, runId);
		expect(mirror.append('responses/step%2020.jsonl', 5, bytes('{}\n'))).toBe(false);
		mirror.append('responses/step%2020.jsonl', 0, bytes('{}\n'));
		expect(mirror.append('responses/step%2020.jsonl', 0, bytes('{}\n'))).toBe(false);
	});

	it.each(['responses/../x.jsonl', 'responses/.x.jsonl', 'responses/a/b.jsonl', 'log.txt'])(
		'never go to %s',
		name => {
			expect(new CheckpointAnswerMirror(folder, runId).append(name, 0, bytes('x'))).toBe(undefined);
		},
	);

	it('are not written through a link', () => {
		const elsewhere = join(folder, 'elsewhere');
		mkdirSync(elsewhere);
		symlinkSync(elsewhere, join(folder, 'responses'));
		const mirror = new CheckpointAnswerMirror(folder, runId);
		expect(() => mirror.append('responses/step%2020.jsonl', 0, bytes('{}\n'))).toThrow('leads');
	});
});
