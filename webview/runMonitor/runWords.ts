import { formatCount, formatDuration } from '../../src/core/metrics/format';
import type { RunStateName } from '../../src/core/training/runLibrary';
import type { MonitoredRun } from '../../src/protocol/runMonitor';
import { runStateWords } from '../../src/core/training/runStateWords';

/** Seconds after which a time of day needs its date. */
const longSilence = 12 * 3600;

const waitingWords: Readonly<Record<RunStateName, string>> = {
	queued: 'The run waits for its turn on the host.',
	preparing: 'The host prepares the environment, the model and the data.',
	running: 'Training goes on. The first point comes with the first logged step.',
	stopping: 'The run is being stopped before it logged a metric.',
	finished: 'The run ended without logging a metric.',
	failed: 'The run failed before it logged a metric.',
	lost: 'The host was restarted before the run logged a metric.',
	unknown: 'The host cannot be asked now, and no metric has come from it yet.',
};

/** What is going on while there is nothing to draw. */
export function waitingText(run: MonitoredRun): string {
	if (run.file) {
		return 'Nothing that can be drawn stands in these files yet.';
	}
	// “Finished.” would stand below the same word, and say nothing of what is missing.
	return run.message === '' || run.message === 'Finished.' ? waitingWords[run.state] : run.message;
}

/** How a run stands; files have no state that anybody knows, and say what they are. */
export function stateText(run: MonitoredRun): string {
	return run.file ? run.file.format : runStateWords[run.state];
}

/** What could not be read, counted and named; a reason stands as its own sentence. */
export function skippedText({ skipped }: MonitoredRun): string | undefined {
	const isReason = ({ what }: { readonly what: string }): boolean => what.endsWith('.');
	const counted = skipped.filter(one => !isReason(one));
	const parts = counted.map(({ what, count }) => `${what} (${formatCount(count)})`);
	const texts = [
		...skipped.filter(isReason).map(({ what }) => what),
		...(parts.length === 0 ? [] : [`Left out: ${parts.join(', ')}.`]),
	];
	return texts.length === 0 ? undefined : texts.join(' ');
}

export function isActive(run: MonitoredRun): boolean {
	return run.state === 'queued' || run.state === 'preparing' || run.state === 'running';
}

/** States whose message needs the user. */
export function needsAttention(run: MonitoredRun): boolean {
	return run.state === 'failed' || run.state === 'lost' || run.state === 'unknown';
}

export function stepText(run: MonitoredRun): string | undefined {
	if (run.step === undefined) {
		return undefined;
	}
	const done = formatCount(run.step);
	return run.maxSteps === undefined ? done : `${done} / ${formatCount(run.maxSteps)}`;
}

export function epochText(run: MonitoredRun): string | undefined {
	return run.epoch === undefined ? undefined : run.epoch.toFixed(2);
}

/** @param since seconds since the page heard of the run; see `useSecondsSince` */
export function elapsedText(run: MonitoredRun, since: number): string | undefined {
	const { quiet } = run;
	const seconds = quiet === undefined ? run.seconds : quiet.active + quiet.seconds + since;
	return seconds === undefined ? undefined : formatDuration(seconds);
}

/** Only while steps are being made: at other times any estimate would be made up. */
export function remainingText(run: MonitoredRun, since: number): string | undefined {
	const { state, secondsLeft } = run;
	return state !== 'running' || !secondsLeft || quietText(run, since) !== undefined
		? undefined
		: `about ${formatDuration(secondsLeft)}`;
}

/** Since when a run that trains has logged nothing; undefined while that is nothing unusual. */
export function quietText({ quiet }: MonitoredRun, since: number): string | undefined {
	if (quiet === undefined || quiet.seconds + since <= quiet.usual) {
		return undefined;
	}
	const isLong = quiet.seconds + since > longSilence;
	return new Date(quiet.since * 1000).toLocaleString([], {
		hour: '2-digit',
		minute: '2-digit',
		...(isLong ? { day: 'numeric', month: 'short' } : {}),
	});
}

/** Share of the steps done, 0 to 1. */
export function fractionDone(run: MonitoredRun): number | undefined {
	return run.step === undefined || !run.maxSteps ? undefined : Math.min(1, run.step / run.maxSteps);
}

export function countText(drawn: number, all: number): string {
	return `${formatCount(drawn)} of ${formatCount(all)} ${all === 1 ? 'point' : 'points'}`;
}
