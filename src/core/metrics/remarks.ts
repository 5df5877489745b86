import type { NoteLine, ScoreLine } from '../contract/runFiles.generated';

/** What people and judges say about a run, kept beside its mirror. */
export interface RunRemarks {
	/** One for each step and name, in the order of steps. */
	readonly scores: readonly ScoreLine[];
	readonly notes: readonly NoteLine[];
	/** Lines that are no score or no note. */
	readonly brokenLines: number;
}

export const noRemarks: RunRemarks = { scores: [], notes: [], brokenLines: 0 };

type Fields = Readonly<Record<string, unknown>>;

const longestName = 120;
export const longestNote = 1000;

/** Undefined for a line that is no score: a step or value that is no number, an interval turned round. */
export function parseScoreLine(line: string): ScoreLine | undefined {
	const fields = fieldsOf(line);
	return fields && scoreFault(fields) === undefined ? (fields as unknown as ScoreLine) : undefined;
}

export function parseNoteLine(line: string): NoteLine | undefined {
	const fields = fieldsOf(line);
	const isNote =
		fields !== undefined &&
		isStep(fields['step']) &&
		isText(fields['text'], longestNote) &&
		isText(fields['author'], longestName) &&
		typeof fields['at'] === 'string';
	return isNote ? (fields as unknown as NoteLine) : undefined;
}

/** What is wrong with a score, for people; undefined when nothing is. */
export function scoreFault(score: Fields): string | undefined {
	const { step, name, value, low, high, n, source, at, author, about } = score;
	if (!isStep(step)) {
		return 'its step is not a whole number from 0 on';
	}
	if (!isText(name, longestName)) {
		return `its name is not a line of at most ${longestName} characters`;
	}
	if (!isFinite(value) || [low, high].some(end => end !== undefined && !isFinite(end))) {
		return 'a value is not a number';
	}
	if (Number(low ?? value) > value || Number(high ?? value) < value) {
		return 'its value lies outside its interval';
	}
	if (n !== undefined && !(Number.isSafeInteger(n) && Number(n) > 0)) {
		return 'its n is not a whole number from 1 on';
	}
	const texts = [source, at, author ?? '', about ?? ''];
	return texts.every(text => typeof text === 'string') ? undefined : 'it does not say its source';
}

/** Of lines for one step and name the last counts, as a judge or a vote goes on. */
export function foldScores(lines: readonly ScoreLine[]): readonly ScoreLine[] {
	const newest = new Map(lines.map(score => [`${score.step} ${score.name}`, score]));
	return [...newest.values()].sort((a, b) => a.step - b.step);
}

function fieldsOf(line: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Fields)
			: undefined;
	} catch {
		return undefined;
	}
}

function isStep(value: unknown): boolean {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isFinite(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}

/** One line of text that is not blank. */
function isText(value: unknown, longest: number): value is string {
	return (
		typeof value === 'string' &&
		value.trim() !== '' &&
		value.length <= longest &&
		!/[\n\r]/.test(value)
	);
}
