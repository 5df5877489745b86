/** A logged step as its metrics know it; what is unknown is NaN. */
export interface LoggedPlace {
	readonly step: number;
	readonly epoch: number;
	/** Unix seconds. */
	readonly wall: number;
	/** Unix seconds at which the run began; tells in which time zone a log writes its times. */
	readonly began: number;
	/** Steps of the whole training: which of several progress bars is its own. */
	readonly maxSteps: number;
}

/** A line of a log, counted from 0. */
export interface LogPlace {
	readonly line: number;
	/** `step`: the line of that very step. Else what led to the nearest line there is. */
	readonly by: 'step' | 'nearestStep' | 'time';
	/** The step that the line names or stands for, as far as it can be told. */
	readonly step?: number;
}

interface SeenLine {
	readonly line: number;
	readonly isPrintedDict: boolean;
	readonly step: number | undefined;
	readonly epoch: number | undefined;
}

const attemptStart = /^\[windsock\] attempt \d+ on /;
const dictStart = /\{\s*['"]/;
const namedStep = /['"](?:global_step|current_steps|step)['"]\s*:\s*['"]?(\d+)/;
const toldStep = /\b(?:global[_ ]?)?step(?:\s*[=:#]\s*|\s+)(\d+)\b/i;
const printedEpoch = /['"]epoch['"]\s*:\s*['"]?(\d[\d.]*(?:e[+-]?\d+)?)/i;
// Bounded, since a line of digits alone would be looked through from each of them.
const bar = /(?<!\d)(\d{1,15})\/(\d{1,15}) \[\d/g;
const stamp = /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/;
/** transformers prints epochs with four digits, older versions with two decimals. */
const epochSlack = (epoch: number): number => Math.max(6e-4 * Math.abs(epoch), 1e-9);
const quarterHour = 900;

/**
 * The line of a log that stands for a step: the dict that names it, the dict of its epoch, a line
 * that tells it, or its progress bar; of several attempts the newest that has one. Where no line
 * does, the one nearest by step or by the time it was written; undefined where neither is said.
 */
export function placeInLog(text: string, wanted: LoggedPlace): LogPlace | undefined {
	const lines = text.split('\n');
	const seen: SeenLine[][] = [[]];
	lines.forEach((content, line) => {
		if (attemptStart.test(content)) {
			seen.push([]);
		}
		const found = seenIn(content, line, wanted.maxSteps);
		if (found.step !== undefined || found.epoch !== undefined) {
			seen.at(-1)?.push(found);
		}
	});
	const attempts = seen.toReversed();
	for (const attempt of attempts) {
		const line = exactLine(attempt, wanted);
		if (line !== undefined) {
			return { line, by: 'step', step: wanted.step };
		}
	}
	return nearestStep(attempts.flat(), wanted) ?? nearestTime(lines, wanted);
}

function seenIn(content: string, line: number, maxSteps: number): SeenLine {
	const isPrintedDict = dictStart.test(content);
	const named = (namedStep.exec(content) ?? (isPrintedDict ? null : toldStep.exec(content)))?.[1];
	const epoch = isPrintedDict ? printedEpoch.exec(content)?.[1] : undefined;
	// What trainers print once at their end has the last step's epoch and is not its line.
	const isSummary = isPrintedDict && content.includes('train_runtime');
	return {
		line,
		isPrintedDict,
		step: named === undefined ? lastOfBar(content, maxSteps) : Number(named),
		epoch: epoch === undefined || isSummary ? undefined : Number(epoch),
	};
}

/** The newest count of the training's own bar among the pictures that a line was redrawn with. */
function lastOfBar(content: string, maxSteps: number): number | undefined {
	if (!content.includes('/')) {
		return undefined;
	}
	const own = [...content.matchAll(bar)].filter(([, , total]) => Number(total) === maxSteps);
	const done = own.at(-1)?.[1];
	return done === undefined ? undefined : Number(done);
}

function exactLine(attempt: readonly SeenLine[], wanted: LoggedPlace): number | undefined {
	const ofStep = attempt.filter(({ step }) => step === wanted.step);
	const named = ofStep.find(({ isPrintedDict, epoch }) => isPrintedDict && epoch === undefined);
	const off = ({ epoch = Number.NaN }: SeenLine): number => Math.abs(epoch - wanted.epoch);
	const ofEpoch = attempt
		.filter(one => off(one) <= epochSlack(wanted.epoch))
		.toSorted((a, b) => off(a) - off(b) || a.line - b.line)[0];
	return (named ?? ofEpoch ?? ofStep[0])?.line;
}

function nearestStep(seen: readonly SeenLine[], wanted: LoggedPlace): LogPlace | undefined {
	const epochsPerStep = wanted.epoch / wanted.step;
	let best: LogPlace | undefined;
	let distance = Infinity;
	for (const { line, step, epoch } of seen) {
		const its = step ?? Math.round((epoch ?? Number.NaN) / epochsPerStep);
		const far = Math.abs(its - wanted.step);
		if (far < distance) {
			best = { line, by: 'nearestStep', step: its };
			distance = far;
		}
	}
	return best;
}

/** Logs write the host's local time; zones are whole quarters of an hour apart. */
function nearestTime(lines: readonly string[], wanted: LoggedPlace): LogPlace | undefined {
	let zone: number | undefined;
	let best: LogPlace | undefined;
	let distance = Infinity;
	lines.forEach((content, line) => {
		const [, day, clock] = stamp.exec(content) ?? [];
		const written = day === undefined ? Number.NaN : Date.parse(`${day}T${clock}Z`) / 1000;
		if (Number.isNaN(written)) {
			return;
		}
		zone ??= quarterHour * Math.round((wanted.began - written) / quarterHour);
		const far = Math.abs(written + zone - wanted.wall);
		if (far < distance) {
			best = { line, by: 'time' };
			distance = far;
		}
	});
	return best;
}
