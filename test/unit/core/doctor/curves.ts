import { diagnose } from '../../../../src/core/doctor/diagnose';
import type { DoctorFinding } from '../../../../src/core/doctor/finding';
import type { KnownRun, LiveState } from '../../../../src/core/doctor/runFacts';
import { packPoints } from '../../../../src/core/metrics/packedPoints';
import { RunMetrics } from '../../../../src/core/metrics/runMetrics';
import type { MetricPoint } from '../../../../src/core/training/runLibrary';

type Curve = (step: number) => number;

/** A run as a test draws it. Curves of `train` come every `every` steps, those of `step` each step. */
export interface Drawn {
	readonly steps?: number;
	/** Steps of an epoch. */
	readonly epoch?: number;
	readonly every?: number;
	readonly step?: Readonly<Record<string, Curve>>;
	readonly train?: Readonly<Record<string, Curve>>;
	readonly held?: Readonly<Record<string, Curve>>;
	readonly heldEvery?: number;
	readonly system?: Readonly<Record<string, Curve>>;
	/** Seconds of active time at a step. */
	readonly time?: Curve;
	readonly known?: KnownRun;
	readonly live?: LiveState;
	/** Lines that come after the drawn ones. */
	readonly more?: readonly Partial<MetricPoint>[];
}

/** Noise between −1 and 1 that is the same in each run of a test. */
export function noise(step: number, seed = 1): number {
	const wild = Math.sin(step * 12.9898 + seed * 78.233) * 43758.5453;
	return 2 * (wild - Math.floor(wild)) - 1;
}

export function drawn(run: Drawn): RunMetrics {
	const { steps = 60, epoch = steps, every = 1, heldEvery = 10, time = (s: number) => s } = run;
	const points: MetricPoint[] = [];
	const add = (
		kind: MetricPoint['kind'],
		step: number,
		curves: Readonly<Record<string, Curve>> | undefined,
	): void => {
		if (curves !== undefined) {
			const values = Object.fromEntries(
				Object.entries(curves).map(([name, curve]) => [name, curve(step)]),
			);
			points.push({
				n: points.length + 1,
				attempt: 1,
				step,
				epoch: step / epoch,
				time: time(step),
				wall: 1e9 + time(step),
				kind,
				values,
			});
		}
	};
	for (let step = 1; step <= steps; step++) {
		add('step', step, run.step);
		if (step % every === 0 || step === 1) {
			add('train', step, run.train);
			add('system', step, run.system);
		}
		if (step % heldEvery === 0) {
			add('eval', step, run.held);
		}
	}
	for (const line of run.more ?? []) {
		const step = line.step ?? 1;
		points.push({
			attempt: 1,
			epoch: step / epoch,
			time: time(step),
			wall: 1e9,
			kind: 'train',
			values: {},
			...line,
			step,
			n: points.length + 1,
		});
	}
	const metrics = new RunMetrics();
	metrics.append(packPoints(points));
	return metrics;
}

export function findings(run: Drawn): readonly DoctorFinding[] {
	return diagnose(drawn(run), run.known, run.live);
}

export function codes(run: Drawn): readonly string[] {
	return findings(run).map(({ code }) => code);
}

export function finding(run: Drawn, code: string): DoctorFinding | undefined {
	return findings(run).find(one => one.code === code);
}

/** A sound SFT run: falls, with noise. */
export const sft: Drawn = {
	known: { method: 'sft', arguments: { learning_rate: 2e-5 } },
	train: {
		loss: s => 1.2 + 1.2 * Math.exp(-s / 15) + 0.08 * noise(s),
		grad_norm: s => 0.8 + 0.2 * noise(s, 2),
		learning_rate: s => 2e-5 * Math.min(1, s / 5) * Math.max(0.1, 1 - s / 80),
		entropy: s => 1.25 + 0.4 * Math.exp(-s / 15),
		mean_token_accuracy: s => 0.7 - 0.2 * Math.exp(-s / 15),
	},
	held: { eval_loss: s => 1.3 + 1.1 * Math.exp(-s / 15) },
};

/** A sound DPO run of a full model in bf16 on a GPU. */
export const dpo: Drawn = {
	known: { method: 'dpo', arguments: { learning_rate: 5e-7, beta: 0.1 } },
	train: {
		loss: s => Math.LN2 - (s === 1 ? 0 : 0.2 * (1 - Math.exp(-s / 25)) + 0.03 * noise(s)),
		'rewards/chosen': s => (s === 1 ? 0 : -0.3 * (1 - Math.exp(-s / 25))),
		'rewards/rejected': s => (s === 1 ? 0 : -1 * (1 - Math.exp(-s / 25))),
		'rewards/margins': s => (s === 1 ? 0 : 0.7 * (1 - Math.exp(-s / 25))),
		'rewards/accuracies': s => (s === 1 ? 0 : 0.72 + 0.1 * noise(s, 3)),
		'logps/chosen': s => -250 + 20 * noise(s, 4) - 3 * (1 - Math.exp(-s / 25)),
		'logps/rejected': s => -240 + 20 * noise(s, 5) - 10 * (1 - Math.exp(-s / 25)),
		grad_norm: s => 8 + 2 * noise(s, 6),
		learning_rate: s => 5e-7 * Math.min(1, s / 5) * Math.max(0.1, 1 - s / 80),
	},
	held: { eval_loss: s => 0.6 - 0.001 * s, 'eval_rewards/accuracies': () => 0.7 },
};

/** `run` with some of its training curves drawn otherwise. */
export function withTrain(run: Drawn, train: Readonly<Record<string, Curve>>): Drawn {
	return { ...run, train: { ...run.train, ...train } };
}

export function withArguments(run: Drawn, more: Readonly<Record<string, unknown>>): Drawn {
	return { ...run, known: { ...run.known, arguments: { ...run.known?.arguments, ...more } } };
}
