import {
	appendFileSync,
	cpSync,
	mkdirSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ok } from '../../../../src/core/base/result';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { event, records, scalar } from './eventFiles';
import { MetricFolder } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const events = (step: number, value: number): Uint8Array =>
	records(event(1000 + step, step, scalar('train/loss', value)));
const state = (...steps: readonly number[]): string =>
	JSON.stringify({
		global_step: steps.at(-1),
		log_history: steps.map(step => ({ step, loss: step })),
	});
const row = (step: number): string => `{"step": ${step}, "loss": ${step}.5}\n`;

async function filesAt(name: string): Promise<MetricFiles> {
	const found = await findMetrics(localPlace, join(folder.path, name));
	if (!found.ok || !found.value.sources[0]) {
		throw new Error(name);
	}
	return new MetricFiles(localPlace, found.value.sources[0]);
}

const steps = (files: MetricFiles): readonly number[] => [
	...files.reading.run().columns.take().step,
];

describe('a folder', () => {
	it('gives all that stands in it and below, each under its relative path', async () => {
		folder.write('all/runs/a/events.out.tfevents.2.host', events(2, 0.5));
		folder.write('all/runs/a/events.out.tfevents.10.host', events(3, 0.5));
		folder.write('all/runs/b/events.out.tfevents.1.host', events(1, 0.5));
		folder.write('all/out/checkpoint-5/trainer_state.json', state(1, 5));
		folder.write('all/out/checkpoint-10/trainer_state.json', state(1, 5, 10));
		folder.write(
			'all/out/trainer_log.jsonl',
			'{"current_steps": 1, "total_steps": 2, "loss": 1}\n',
		);
		folder.write('all/out/running_log.txt', "{'loss': 1, 'epoch': 1}\n");
		folder.write('all/logs/sft.log', "{'loss': 1, 'epoch': 1}\n");
		folder.write('all/metrics.csv', 'step,loss\n1,2\n');
		folder.write('all/node_modules/x/metrics.csv', 'step,loss\n1,2\n');
		folder.write('all/.git/metrics.csv', 'step,loss\n1,2\n');
		folder.write('all/data/train.jsonl', '{"messages": []}\n');
		folder.write('all/data/notes.txt', 'loss: none');
		cpSync(resolve('test/fixtures/runs/finished'), join(folder.path, 'all/windsock/01J'), {
			recursive: true,
		});
		symlinkSync(folder.path, join(folder.path, 'all/loop'));
		const { runs, left } = await folder.all('all');
		expect(runs.map(({ name, format }) => `${name}: ${format}`).toSorted()).toEqual([
			'SFT on the sample set: metrics.jsonl',
			'all: CSV',
			'logs/sft.log: log',
			'out (trainer_log.jsonl): trainer_log.jsonl',
			'out (trainer_state.json): trainer_state.json',
			'runs/a: TensorBoard events',
			'runs/b: TensorBoard events',
		]);
		expect(left).toEqual([]);
		const state10 = runs.find(run => run.format === 'trainer_state.json');
		expect(state10?.points.map(point => point.step)).toEqual([1, 5, 10]);
		// In the order in which they were begun, not in that of their names.
		expect(runs.find(run => run.name === 'runs/a')?.points.map(point => point.step)).toEqual([
			2, 3,
		]);
	});

	it.skipIf(process.platform === 'win32')('that is a device or a pipe is refused', async () => {
		const found = await findMetrics(localPlace, '/dev/zero');
		expect(!found.ok && found.error.code).toBe('fileUnreadable');
	});

	it.skipIf(process.platform === 'win32')('is not left by links to folders', async () => {
		folder.write('outside/checkpoint-9/trainer_state.json', state(9));
		folder.write('outside/metrics.csv', 'step,loss\n1,2\n');
		folder.write('linked/metrics.csv', 'step,loss\n1,2\n');
		symlinkSync(join(folder.path, 'outside'), join(folder.path, 'linked/out'));
		const checkpoint = join(folder.path, 'outside/checkpoint-9');
		symlinkSync(checkpoint, join(folder.path, 'linked/checkpoint-9'));
		symlinkSync('/dev/zero', join(folder.path, 'linked/endless.csv'));
		symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'linked/nowhere.csv'));
		const found = await findMetrics(localPlace, join(folder.path, 'linked'));
		expect(found.ok && found.value.sources.map(({ path }) => path)).toEqual([
			join(folder.path, 'linked/metrics.csv'),
		]);
	});

	it('of too many files says how many were left out', async () => {
		const entries = Array.from({ length: 20_005 }, (_, n) => ({
			name: `${n}.bin`,
			kind: 'file' as const,
			size: 0,
			modified: 0,
			isLink: false,
		}));
		const crowded = { ...localPlace, list: () => Promise.resolve(ok(entries)) };
		const found = await findMetrics(crowded, folder.path);
		expect(found.ok && found.value.left).toEqual([
			{ what: 'files and folders beyond the first 20,000 of one folder', count: 5 },
		]);
	});

	it('that is too deep says what was not searched, and a search can be cancelled', async () => {
		folder.write(`deep/${'d/'.repeat(10)}metrics.csv`, 'step,loss\n1,2\n');
		const found = await findMetrics(localPlace, join(folder.path, 'deep'));
		expect(found.ok && found.value.left).toEqual([
			{ what: 'folders more than 8 levels down', count: 1 },
		]);
		const cancelled = await findMetrics(localPlace, folder.path, { signal: AbortSignal.abort() });
		expect(!cancelled.ok && cancelled.error.code).toBe('cancelled');
	});
});

describe('a source that grows', () => {
	it('is read on where reading stood, also within a line and where the last line had no end', async () => {
		const path = folder.write('live.jsonl', row(1) + row(2).slice(0, 12));
		const files = await filesAt('live.jsonl');
		await files.read();
		expect(steps(files)).toEqual([1]);
		expect(files.skipped).toEqual([{ what: 'unfinished lines', count: 1 }]);
		appendFileSync(path, row(2).slice(12) + row(3).trimEnd());
		await files.read();
		expect(steps(files)).toEqual([2, 3]);
		appendFileSync(path, `\n${row(4)}`);
		await files.read();
		expect(steps(files)).toEqual([4]);
		expect(files.skipped).toEqual([]);
		expect(await files.read()).toEqual({ ok: true, value: false });
	});

	it('and was cut or written anew is read from its begin', async () => {
		const path = folder.write('anew.jsonl', row(1) + row(2));
		const files = await filesAt('anew.jsonl');
		await files.read();
		steps(files);
		writeFileSync(path, row(5));
		await files.read();
		expect([files.generation, steps(files)]).toEqual([1, [5]]);
		writeFileSync(path, row(6) + row(7) + row(8));
		await files.read();
		expect([files.generation, steps(files)]).toEqual([2, [6, 7, 8]]);
	});

	it('in event files goes on within a record and in further files of its folder', async () => {
		const first = events(1, 0.5);
		const path = folder.write('tb/events.out.tfevents.1.a', first.subarray(0, 20));
		const files = await filesAt('tb');
		await files.read();
		expect(steps(files)).toEqual([]);
		expect(files.skipped).toEqual([{ what: 'files that end within a record', count: 1 }]);
		appendFileSync(path, first.subarray(20));
		writeFileSync(join(folder.path, 'tb/events.out.tfevents.2.a'), events(1, 0.25));
		await files.read();
		const { step, attempt } = files.reading.run().columns.take();
		expect([[...step], [...attempt]]).toEqual([
			[1, 1],
			[1, 1],
		]);
		expect(files.skipped).toEqual([]);
	});

	it('by checkpoints takes the newest state', async () => {
		folder.write('ck/checkpoint-5/trainer_state.json', state(5));
		const files = await filesAt('ck');
		await files.read();
		expect(steps(files)).toEqual([5]);
		folder.write('ck/checkpoint-10/trainer_state.json', state(5, 10));
		mkdirSync(join(folder.path, 'ck/checkpoint-15'));
		await files.read();
		expect([files.generation, steps(files)]).toEqual([1, [5, 10]]);
	});

	it('by checkpoints takes the state written last, where a run was begun again over an older one', async () => {
		const writtenAt = (name: string, seconds: number, content: string): void =>
			utimesSync(folder.write(`over/${name}/trainer_state.json`, content), seconds, seconds);
		const other = (...losses: readonly number[]): string =>
			JSON.stringify({ log_history: losses.map((loss, i) => ({ step: i + 1, loss })) });
		writtenAt('checkpoint-10', 1000, other(9, 8));
		writtenAt('checkpoint-20', 2000, other(9, 8, 7));
		const files = await filesAt('over');
		await files.read();
		expect(steps(files)).toEqual([1, 2, 3]);
		writtenAt('checkpoint-10', 3000, other(5, 4));
		await files.read();
		const { metrics } = files.reading.run().columns.take();
		expect(metrics.map(({ value }) => [...value])).toEqual([[5, 4]]);
		// Copied in any order the longest counts, as it begins with the others.
		writtenAt('checkpoint-10', 3000, other(9, 8));
		await files.read();
		expect(steps(files)).toEqual([1, 2, 3]);
	});

	it('and is gone says so and can come back', async () => {
		const path = folder.write('gone.jsonl', row(1));
		const files = await filesAt('gone.jsonl');
		await files.read();
		rmSync(path);
		const gone = await files.read();
		expect(!gone.ok && gone.error.code).toBe('fileMissing');
		writeFileSync(path, row(2));
		expect((await files.read()).ok).toBe(true);
	});
});
