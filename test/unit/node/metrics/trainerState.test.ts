import { afterAll, describe, expect, it } from 'vitest';
import { unpackPoints } from '../../../../src/core/metrics/packedPoints';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { TrainerStateFile } from '../../../../src/node/metrics/formats/trainerState';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { Reading } from '../../../../src/node/metrics/reading';
import { MetricFolder } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const document = `{
  "best_model_checkpoint": "a \\"log_history\\": [ in {text}, \\\\",
  "stateful_callbacks": { "log_history": [[1, 2]], "more": [{ "a": [] }] },
  "log_history" :
  [
    {"step": 1, "loss": 2.5, "note": "]}, \\" [{"},
    {"step": 2, "loss": NaN, "nested": {"a": [1, {"b": 2}]}},
    7,
    {"step": 3, "loss": -Infinity}
  ],
  "logging_steps": 0.5, "max_steps": 10
}`;

function read(text: string, piece = text.length) {
	const reading = new Reading();
	const file = new TrainerStateFile(reading);
	const bytes = new TextEncoder().encode(text);
	for (let at = 0; at < bytes.length; at += piece) {
		file.take(bytes.subarray(at, at + piece));
	}
	const isWhole = file.finish();
	const { columns, facts } = reading.run();
	const points = unpackPoints(columns.take()).map(({ step, values }) => [step, values]);
	return { isWhole, facts, points, skipped: reading.skipped };
}

describe('a trainer_state.json', () => {
	it('is the same in pieces of any size, whatever stands in its texts', () => {
		const whole = read(document);
		expect(whole.isWhole).toBe(true);
		expect(whole.facts).toEqual({ loggingSteps: 5, maxSteps: 10 });
		expect(whole.points).toEqual([
			[1, { loss: 2.5 }],
			[2, { loss: Number.NaN }],
			[3, { loss: -Infinity }],
		]);
		for (const piece of [1, 2, 3, 7, 64, 100]) {
			expect(read(document, piece)).toEqual(whole);
		}
	});

	it('that is cut off anywhere, or is no such document, is refused', () => {
		for (let length = 0; length < document.length; length++) {
			expect(read(document.slice(0, length)).isWhole).toBe(false);
		}
		for (const other of [
			'{"log_history": [{"step": 1},, {"step": 2}]}',
			'{"log_history": [,]}',
			'{"log_history": {"step": 1}}',
			'[{"log_history": []}]',
			'{"log_history": []} x',
			'{"log_history": [{"step" 1}]}',
		]) {
			expect(read(other).isWhole).toBe(false);
		}
		expect(read('{"log_history": [ ]}')).toMatchObject({ isWhole: true, points: [] });
		expect(read('{"log\\u005fhistory": [{"step": 1, "loss": 2}]}').points).toHaveLength(1);
	});

	it('leaves the thread free while a large one is read, and can be cancelled', async () => {
		const rows = Array.from({ length: 60_000 }, (_, i) => `{"step": ${i}, "loss": 0.5}`);
		const path = folder.write('trainer_state.json', `{"log_history": [${rows.join(',\n')}]}`);
		const found = { format: 'trainer_state.json', path, files: [path], name: 'x' } as const;
		let turns = 0;
		let isDone = false;
		const turn = (): void => void (isDone || (turns++, setImmediate(turn)));
		setImmediate(turn);
		const files = new MetricFiles(localPlace, { ...found, isFolder: false });
		expect(await files.read()).toEqual({ ok: true, value: true });
		isDone = true;
		expect(files.reading.run().columns.count).toBe(60_000);
		expect(turns).toBeGreaterThan(6);
		const cancelled = new MetricFiles(localPlace, { ...found, isFolder: false });
		const read = await cancelled.read({ signal: AbortSignal.abort() });
		expect(!read.ok && read.error.code).toBe('cancelled');
		expect(cancelled.reading.runs.size).toBe(0);
	});
});
