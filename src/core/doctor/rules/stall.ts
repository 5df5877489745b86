import { formatNumber } from '../../metrics/format';
import { median, quantile } from '../robust';
import type { DoctorRule, Verdict } from '../rule';
import { evidence, type RunView } from '../runView';
import type { Track } from '../track';

/** A live run waits at least so many seconds before it is called stalled. */
const patience = 60;
/** Seconds that an evaluation or a checkpoint may take of which nothing is known yet. */
const longWork = 1800;
/** What is left out of a gap in the log: a hiccup of a busy machine. */
const hiccup = 4;

/** Steps that do not come: by the age of the last one while training, else by a hole in the log. */
export const stall: DoctorRule = {
	code: 'stall',
	title: 'Steps stopped coming',
	sources: [
		{ title: 'nccl#1033', url: 'https://github.com/NVIDIA/nccl/issues/1033' },
		{ title: 'llamafactory#9496', url: 'https://github.com/hiyouga/LLaMA-Factory/issues/9496' },
	],
	check: run => {
		const loss = run.loss;
		if (loss === undefined || loss.length < 5) {
			return undefined;
		}
		const gaps = gapsOf(run, loss);
		return now(run, loss, gaps) ?? before(loss, gaps);
	},
};

interface Gap {
	/** Position of the point behind it. */
	readonly at: number;
	readonly seconds: number;
	/** An evaluation or a checkpoint took its time there. */
	readonly isFilled: boolean;
}

function gapsOf(run: RunView, loss: Track): readonly Gap[] {
	const evals = run.metrics.series.filter(({ kind }) => kind === 'eval' || kind === 'evaluation');
	const busy = Float64Array.from([
		...evals.flatMap(series => [...series.x('step')]),
		...run.metrics.markers.map(({ step }) => step),
	]).sort();
	let next = 0;
	const gaps: Gap[] = [];
	for (let at = 1; at < loss.length; at++) {
		const seconds = (loss.time[at] ?? Number.NaN) - (loss.time[at - 1] ?? Number.NaN);
		if (Number.isFinite(seconds) && seconds >= 0) {
			const [from, to] = [loss.step[at - 1] ?? 0, loss.step[at] ?? 0];
			while (next < busy.length && (busy[next] ?? 0) < from) {
				next++;
			}
			gaps.push({ at, seconds, isFilled: (busy[next] ?? Infinity) < to });
		}
	}
	return gaps;
}

function now(run: RunView, loss: Track, gaps: readonly Gap[]): Verdict | undefined {
	const { live } = run;
	if (live === undefined || !live.isTraining || gaps.length < 4) {
		return undefined;
	}
	const all = gaps.map(({ seconds }) => seconds);
	// Evaluations and saves are longer than steps, and the next one is no stall.
	const longest = all.reduce((a, b) => Math.max(a, b), 0);
	const power = powerNow(run);
	const allowed = Math.max(patience, 5 * median(all), 2 * longest);
	if (
		live.secondsSinceStep <= (isBusyElsewhere(run, power) ? Math.max(allowed, longWork) : allowed)
	) {
		return undefined;
	}
	const hung = power?.isIdle === true ? power.words : undefined;
	return {
		severity: 'error',
		sentence: `No step for ${duration(live.secondsSinceStep)}; usually one takes ${duration(median(all))}.${hung === undefined ? '' : ` ${hung}`}`,
		advice:
			hung === undefined
				? 'Look at the log and at the host; if the process is gone or waits for ever, stop the run and resume it.'
				: 'Stop the run and resume it; with several GPUs set NCCL_DEBUG=INFO to see which rank waits.',
		evidence: [evidence(loss.slice(loss.length - 1), `${duration(live.secondsSinceStep)} ago`)],
	};
}

/** It draws power, or an evaluation or a checkpoint is due whose length nobody knows yet. */
function isBusyElsewhere(run: RunView, power: Power | undefined): boolean {
	if (power !== undefined) {
		return !power.isIdle;
	}
	const hasSaved = run.metrics.markers.some(({ kind }) => kind === 'checkpoint');
	return (
		run.lastStep === run.facts.known.maxSteps ||
		(run.held('loss').length === 0 && isDue(run, 'eval')) ||
		(!hasSaved && isDue(run, 'save'))
	);
}

function isDue(run: RunView, what: 'eval' | 'save'): boolean {
	const strategy = run.facts.value(`${what}_strategy`);
	if (strategy === 'epoch') {
		const epoch = run.loss?.epoch.at(-1) ?? Number.NaN;
		return Math.abs(epoch - Math.round(epoch)) < 1e-6;
	}
	const given = run.facts.number(`${what}_steps`) ?? run.facts.number('logging_steps') ?? 1;
	const every = given < 1 ? Math.ceil(given * (run.facts.known.maxSteps ?? 0)) : given;
	return strategy === 'steps' && every > 0 && run.lastStep % every === 0;
}

interface Power {
	readonly isIdle: boolean;
	readonly words: string;
}

/** Utilisation says nothing of a hung collective: it stands at 100% while the power is that of idling. */
function powerNow(run: RunView): Power | undefined {
	const power = run.track('gpu_power_watts', 'system')?.finite();
	const busy = run.track('gpu_utilization_percent', 'system')?.finite();
	if (power === undefined || power.length < 4) {
		return undefined;
	}
	const usual = quantile(power.value, 0.9);
	const last = power.value[power.length - 1] ?? usual;
	const share = busy?.value[busy.length - 1];
	return {
		isIdle: last < 0.5 * usual,
		words: `The GPUs draw ${formatNumber(Math.round(last))} W instead of ${formatNumber(Math.round(usual))} W${share !== undefined && share >= 90 ? ` at ${formatNumber(share)}% utilisation, as a hung NCCL does` : ''}.`,
	};
}

function before(loss: Track, gaps: readonly Gap[]): Verdict | undefined {
	const plain = gaps.filter(({ isFilled }) => !isFilled);
	if (plain.length < 5) {
		return undefined;
	}
	const all = plain.map(({ seconds }) => seconds);
	const usual = median(all);
	// The longest usual gap: of examples that are long, or of a machine that others use too.
	const allowed = Math.max(10 * usual, 5 * quantile(all, 0.95), hiccup);
	const holes = plain.filter(({ seconds }) => seconds > allowed);
	const worst = holes.toSorted((a, b) => b.seconds - a.seconds)[0];
	if (worst === undefined || holes.length > 0.04 * plain.length + 1) {
		return undefined;
	}
	const piece = loss.slice(worst.at - 1, worst.at + 1);
	return {
		severity: 'warning',
		sentence: `Between step ${piece.firstStep} and ${piece.lastStep} nothing came for ${duration(worst.seconds)}; usually a line comes every ${duration(usual)}.`,
		advice:
			'Look at the log of that time and at what else ran on the host: a slow disk, a data loader that waits, a paused process.',
		evidence: [evidence(piece, duration(worst.seconds))],
	};
}

function duration(seconds: number): string {
	if (seconds >= 5400) {
		return `${formatNumber(Number((seconds / 3600).toPrecision(2)))} hours`;
	}
	return seconds >= 90
		? `${formatNumber(Math.round(seconds / 60))} minutes`
		: `${formatNumber(Number(seconds.toPrecision(2)))} s`;
}
