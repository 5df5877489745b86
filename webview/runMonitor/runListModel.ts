import { stateWord } from '../../src/core/training/runStateWords';
import type { MonitoredRun } from '../../src/protocol/runMonitor';
import type { PageView } from './pageView';

/** A run as the list shows it. */
export interface ListedRun {
	readonly run: MonitoredRun;
	/** The name that the user gave it here, else its own. */
	readonly name: string;
	/** Decides colour, mark and dash. */
	readonly slot: number;
	readonly isHidden: boolean;
	readonly isPinned: boolean;
}

/** Runs under one heading; an empty heading stands for none. */
export interface RunGroup {
	readonly heading: string;
	readonly runs: readonly ListedRun[];
}

type Arrangement = Pick<PageView, 'pinnedRuns' | 'runNames' | 'runSlots'> & {
	readonly hiddenRuns: readonly string[];
};

/** Fewer runs than this need no headings. */
const groupedFrom = 6;

/** The runs with their looks, pinned ones first; the order is otherwise that in which they came. */
export function listRuns(runs: readonly MonitoredRun[], view: Arrangement): readonly ListedRun[] {
	const listed = runs.map((run, place) => ({
		run,
		name: ownEntry(view.runNames, run.id) ?? run.name,
		slot: ownEntry(view.runSlots, run.id) ?? place,
		isHidden: view.hiddenRuns.includes(run.id),
		isPinned: view.pinnedRuns.includes(run.id),
	}));
	return [...listed.filter(run => run.isPinned), ...listed.filter(run => !run.isPinned)];
}

/** Those whose name, host, state or method holds every word that was typed. */
export function filterRuns(runs: readonly ListedRun[], typed: string): readonly ListedRun[] {
	const words = wordsOf(typed);
	return runs.filter(({ name, run }) => {
		const text = [name, run.name, run.hostName, stateWord(run.state), run.method]
			.join(' ')
			.toLowerCase();
		return words.every(word => text.includes(word));
	});
}

/**
 * Groups by what stands before the first separator of the names: `sft-1`, `sft-2` and `dpo/a`,
 * `dpo/b` are two groups. Pinned runs and those alone with their prefix have no heading.
 */
export function groupRuns(runs: readonly ListedRun[]): readonly RunGroup[] {
	if (runs.length < groupedFrom) {
		return [{ heading: '', runs }];
	}
	const byPrefix = Map.groupBy(
		runs.filter(run => !run.isPinned),
		run => prefixOf(run.name),
	);
	const groups = Array.from(byPrefix, ([heading, members]) => ({ heading, runs: members }));
	const isAlone = (group: RunGroup): boolean => group.heading === '' || group.runs.length === 1;
	// One group of everything says nothing that its runs do not say.
	if (groups.filter(group => !isAlone(group)).length < 2) {
		return [{ heading: '', runs }];
	}
	const alone = [
		...runs.filter(run => run.isPinned),
		...groups.filter(isAlone).flatMap(group => group.runs),
	];
	return [
		...(alone.length > 0 ? [{ heading: '', runs: alone }] : []),
		...groups.filter(group => !isAlone(group)),
	];
}

/** The words of a search, in lower case. */
export function wordsOf(typed: string): readonly string[] {
	return typed
		.toLowerCase()
		.split(/\s+/)
		.filter(word => word !== '');
}

function prefixOf(name: string): string {
	const end = name.search(/[/_\-\s:.]/);
	return end > 0 ? name.slice(0, end) : name;
}

function ownEntry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
	return Object.hasOwn(record, key) ? record[key] : undefined;
}
