import type { GraphStateName, StageStateName } from '../../src/core/graph/graphState';
import type { BoardCard } from '../../src/protocol/graphBoard';
import { formatCount, formatDuration } from '../../src/core/metrics/format';
import { runStateWords } from '../../src/core/training/runStateWords';

export const stateWords: Readonly<Record<StageStateName, string>> = {
	...runStateWords,
	waiting: 'Not yet',
	ready: 'Ready',
	blocked: 'Held up',
	stopped: 'Stopped',
};

export const graphWords: Readonly<Record<GraphStateName, string>> = {
	finished: 'Finished',
	failed: 'Cannot go on',
	running: 'Running',
	open: 'Ready',
};

/** “SFT”, “DPO”, “Data”: what a stage does, in a word. */
export function kindText({ kind, method = '' }: BoardCard): string {
	switch (kind) {
		case 'data':
			return 'Data';
		case 'answers':
			return 'Answers';
		case 'train':
			return method === 'script' ? 'Script' : method.toUpperCase();
	}
}

/** What the card says under its name; empty where the state says it all. */
export function noteText(card: BoardCard): string {
	const { state, because, message, isTaken } = card;
	if (state === 'blocked') {
		return `${listed(because)} did not finish`;
	}
	if (state === 'waiting') {
		return `after ${listed(because)}`;
	}
	if (message !== '' && message !== 'Finished.') {
		return message;
	}
	return isTaken ? 'Taken as it is: an earlier run had the same inputs' : '';
}

function listed(names: readonly string[]): string {
	const [first = '', second, ...more] = names;
	if (second === undefined) {
		return first;
	}
	return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more`;
}

/** Share of the steps done, 0 to 1, while they are being made. */
export function fractionDone({ state, step, maxSteps }: BoardCard): number | undefined {
	const isGoing = state === 'running' || state === 'stopping' || state === 'unknown';
	return !isGoing || step === undefined || !maxSteps ? undefined : Math.min(1, step / maxSteps);
}

/** “40 / 120 · 2 min 10 s · local”: what matters less may be cut off. */
export function factsText({ hostName, state, step, maxSteps, seconds }: BoardCard): string {
	const isGoing = state === 'running' || state === 'stopping' || state === 'unknown';
	const steps =
		step === undefined || !isGoing
			? undefined
			: maxSteps === undefined
				? formatCount(step)
				: `${formatCount(step)} / ${formatCount(maxSteps)}`;
	const time = seconds === undefined ? undefined : formatDuration(seconds);
	return [steps, time, hostName].filter(part => part !== undefined).join(' · ');
}
