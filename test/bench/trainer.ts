// Windsock's entry point against TRL's own scripts: same model, data, recipe, seed and machine, by
// turns. Both get one thread for the model, as a small model has nothing to share out, and the same
// clock. Expected beforehand: equal losses; about 0.2 ms a step for recording, under 1 % of a step;
// an earlier first step, since TRL's scripts build a parser of all their options and load data by
// `load_dataset`, though DPO compares policy and reference on one batch more.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';

const rounds = 3;
const sides = ['trl', 'windsock'] as const;
type Side = (typeof sides)[number];

interface Taken {
	/** Unix seconds. */
	readonly firstStep: number;
	/** Seconds of all processors until then, which a busy machine does not change. */
	readonly startCpu: number;
	readonly steps: number;
	readonly wall: number;
	readonly cpu: number;
	readonly loss: number;
	readonly recording?: number;
}

interface Round extends Taken {
	/** Seconds from the start of the process to the end of its first step. */
	readonly start: number;
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export async function measure({ root, python }: MeasureOptions): Promise<readonly Measurement[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'windsock-trainer-'));
	const script = path.join(root, 'test', 'bench', 'trainerClock.py');
	const env = {
		...process.env,
		PYTHONPATH: path.join(root, 'remote'),
		PYTHONDONTWRITEBYTECODE: '1',
		HF_HUB_OFFLINE: '1',
		HF_DATASETS_CACHE: path.join(folder, 'datasets'),
		TOKENIZERS_PARALLELISM: 'false',
		OMP_NUM_THREADS: '1',
		OMP_WAIT_POLICY: 'PASSIVE',
	};
	const call = async (...words: readonly string[]): Promise<string> => {
		const options = { env, cwd: folder, maxBuffer: 2 ** 26 };
		return (await promisify(execFile)(python, [script, ...words], options)).stdout;
	};
	const train = async (side: Side, method: string): Promise<Round> => {
		const began = Date.now() / 1000;
		const said = await call(side, method, folder);
		const taken = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') as Taken;
		return { ...taken, start: taken.firstStep - began };
	};
	try {
		await call('prepare', folder);
		const measurements: Measurement[] = [];
		for (const method of ['sft', 'dpo']) {
			const taken: Record<Side, Round[]> = { trl: [], windsock: [] };
			for (const side of sides) {
				await train(side, method); // Files into memory, and TRL's copy of the dataset.
			}
			for (let round = 0; round < rounds; round++) {
				for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
					taken[side].push(await train(side, method));
				}
			}
			measurements.push(...compare(method, taken));
		}
		return measurements;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Ratios above 1 are in Windsock's favour; speed counts the same tokens, so steps stand for them. */
function compare(
	method: string,
	{ trl, windsock }: Readonly<Record<Side, readonly Round[]>>,
): readonly Measurement[] {
	const speeds = (taken: readonly Round[], clock: 'wall' | 'cpu'): number[] =>
		taken.map(round => round.steps / round[clock]);
	const best = (taken: readonly Round[]): number => Math.max(...speeds(taken, 'wall'));
	const ours = median(windsock.map(({ start }) => start));
	const theirs = median(trl.map(({ start }) => start));
	const apart = Math.abs((windsock[0]?.loss ?? 0) - (trl[0]?.loss ?? Number.NaN));
	const step = 1000 / best(trl);
	const of = `${method}: `;
	return [
		{ what: `${of}loss apart from TRL’s`, value: apart, unit: '', limit: 1e-6 },
		{ what: `${of}a step of TRL’s script`, value: step, unit: 'ms' },
		{
			what: `${of}tokens/s, best of ${rounds}, to TRL’s`,
			value: best(windsock) / best(trl),
			unit: '×',
			least: 0.99,
		},
		{
			what: `${of}tokens per second of the thread, median, to TRL’s`,
			value: median(speeds(windsock, 'cpu')) / median(speeds(trl, 'cpu')),
			unit: '×',
			least: 0.99,
		},
		{ what: `${of}start to first step, median of ${rounds}`, value: ours, unit: 's' },
		{ what: `${of}the same to TRL’s`, value: ours / theirs, unit: '×', limit: 1 },
		{
			what: `${of}processor time to first step, to TRL’s`,
			value:
				median(windsock.map(({ startCpu }) => startCpu)) /
				median(trl.map(({ startCpu }) => startCpu)),
			unit: '×',
			limit: 1,
		},
		{
			what: `${of}recording on the training thread, a step`,
			value: median(windsock.map(({ recording }) => recording ?? Number.NaN)),
			unit: 'ms',
			limit: 1,
		},
	];
}
