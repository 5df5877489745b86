import { formatNumber } from '../metrics/format';
import type { Method } from '../metrics/panels';
import type { RunMetrics } from '../metrics/runMetrics';
import type { SeriesKind } from '../metrics/series';
import type { DoctorEvidence } from './finding';
import { RunFacts, type KnownRun, type LiveState } from './runFacts';
import { Track } from './track';

/** β where nobody says which: TRL's default. */
const usualBeta = 0.1;

/** A run as the rules see it: its curves along the path that counts, and what is known of it. */
export class RunView {
	readonly facts: RunFacts;
	readonly #tracks = new Map<string, Track | undefined>();

	constructor(
		readonly metrics: RunMetrics,
		known: KnownRun = {},
		/** Only of a run that is going now. */
		readonly live?: LiveState,
	) {
		const isOnCpu =
			metrics.get('memory_gb', 'system') !== undefined &&
			metrics.get('gpu_memory_gb', 'system') === undefined;
		this.facts = new RunFacts(known, methodSeen(metrics), isOnCpu);
	}

	/** Undefined where the run has no such metric. */
	track(metric: string, kind: SeriesKind, dataset?: string): Track | undefined {
		const key = `${kind} ${metric} ${dataset ?? ''}`;
		if (!this.#tracks.has(key)) {
			const series = this.metrics.get(metric, kind, dataset);
			const track = series && Track.of(series);
			this.#tracks.set(key, track && track.length > 0 ? this.#withEpochs(track) : undefined);
		}
		return this.#tracks.get(key);
	}

	/** The loss of each step where that is known, else means over several. */
	get loss(): Track | undefined {
		return this.track('loss', 'step') ?? this.track('loss', 'train');
	}

	train(metric: string): Track | undefined {
		return this.track(metric, 'train');
	}

	/** One for each held-out file. */
	held(metric: string): readonly Track[] {
		return this.metrics.series
			.filter(series => series.kind === 'eval' && series.metric === metric)
			.flatMap(({ dataset }) => this.track(metric, 'eval', dataset) ?? []);
	}

	/** A reward as the log-ratio of policy to reference that it is, in nats: divided by β. */
	nats(metric: string, kind: SeriesKind = 'train'): Track | undefined {
		return this.track(metric, kind)?.map(value => value / this.beta);
	}

	get beta(): number {
		return this.facts.beta ?? usualBeta;
	}

	/** What to add to a number of nats where β is not known. */
	get betaRemark(): string {
		return this.facts.beta === undefined ? `, if β is ${usualBeta}` : '';
	}

	get lastStep(): number {
		return this.loss?.lastStep ?? 0;
	}

	/** Share of the run that is done; 1 where its length is not known. */
	get share(): number {
		const { maxSteps } = this.facts.known;
		return maxSteps !== undefined && maxSteps > 0 ? Math.min(1, this.lastStep / maxSteps) : 1;
	}

	/** The step after which the learning rate no longer rises. */
	get warmupEnd(): number {
		const rate = this.train('learning_rate')?.finite();
		if (rate === undefined || rate.length === 0) {
			return 0;
		}
		const highest = rate.value.reduce((a, b) => Math.max(a, b), 0);
		const at = rate.value.findIndex(value => value >= 0.999 * highest);
		// A rate that is constant or only falls has its highest at once.
		return at <= 0 ? 0 : (rate.step[at] ?? 0);
	}

	/** Tracks logged without epochs, as TensorBoard has them, take those of the metric of that name. */
	#withEpochs(track: Track): Track {
		if (track.metric === 'epoch' || !track.epoch.every(Number.isNaN)) {
			return track;
		}
		const epochs = this.track('epoch', 'train');
		if (epochs === undefined) {
			return track;
		}
		const { metric, kind, dataset, step, time, value } = track;
		const known = step.map(at => epochs.at(at) ?? Number.NaN);
		return new Track(metric, kind, dataset, step, known, time, value);
	}
}

function methodSeen(metrics: RunMetrics): Method | undefined {
	if (metrics.get('rewards/accuracies', 'train') || metrics.get('rewards/accuracies', 'eval')) {
		return 'dpo';
	}
	if (metrics.get('kl', 'train')) {
		return 'kto';
	}
	return metrics.get('loss', 'train') || metrics.get('loss', 'step') ? 'sft' : undefined;
}

/** The steps of a piece of a track as evidence. */
export function evidence(track: Track, values: string): DoctorEvidence {
	const { metric, kind, dataset } = track;
	return {
		metric,
		kind,
		...(dataset === undefined ? {} : { dataset }),
		from: track.firstStep,
		to: track.lastStep,
		values,
	};
}

/** What to do from here on; a run that still trains is to be stopped before that. */
export function stopFirst({ live }: RunView, advice: string): string {
	return live === undefined
		? `${advice.charAt(0).toUpperCase()}${advice.slice(1)}`
		: `Stop it, ${advice}`;
}

/** `0.693 → 0.412`. */
export function fromTo(before: number, after: number): string {
	return `${formatNumber(before)} → ${formatNumber(after)}`;
}

/** `step 12` or `steps 12–40`. */
export function stepsText({ from, to }: Pick<DoctorEvidence, 'from' | 'to'>): string {
	return from === to
		? `step ${formatNumber(from)}`
		: `steps ${formatNumber(from)}–${formatNumber(to)}`;
}
