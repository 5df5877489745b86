import type { MetricPoint } from '../training/runLibrary';
import type {
	ResponseLine,
	RunExit,
	RunId,
	RunSpec,
	RunState,
	RunStatus,
} from './runFiles.generated';
import { isNewerContract } from './version';

/** A record of a run folder with the fields this version knows checked and all others kept. */
export interface RunRecord<T> {
	readonly value: T;
	/** Written by a newer major version of the contract. */
	readonly readOnly: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (fields: Fields) => boolean;

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);
const metricKinds = new Set([
	'step',
	'train',
	'eval',
	'summary',
	'check',
	'system',
	'marker',
	'evaluation',
]);
const runStates = new Set([
	'queued',
	'preparing',
	'running',
	'stopping',
	'finished',
	'failed',
	'lost',
	'unknown',
]);

/** Undefined when the text is not one JSON object: half-written, or broken. */
function parseObject(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isFields(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function parseRecord<T>(text: string, check: Check): RunRecord<T> | undefined {
	const fields = parseObject(text);
	if (fields === undefined || !check(fields)) {
		return undefined;
	}
	return { value: fields as T, readOnly: isNewerContract(fields['contractVersion']) };
}

export function parseSpec(text: string): RunRecord<RunSpec> | undefined {
	return parseRecord(text, f => {
		const { train, generate, score } = f;
		return (
			isText(f['id']) &&
			isText(f['kind']) &&
			[f['name'], f['createdAt'], f['parent']].every(isTextOrAbsent) &&
			(train === undefined ||
				(isFields(train) && [train['method'], train['recipeText']].every(isTextOrAbsent))) &&
			(generate === undefined || (isFields(generate) && areModels(generate['models']))) &&
			(score === undefined ||
				(isFields(score) &&
					isFields(score['answers']) &&
					areModels([score['policy'], score['reference']])))
		);
	});
}

/** Labels name files, so each has to be there. */
function areModels(models: unknown): boolean {
	return (
		models === undefined ||
		(Array.isArray(models) &&
			models.every(model => isFields(model) && isText(model['label']) && model['label'] !== ''))
	);
}

export function parseStatus(text: string): RunRecord<RunStatus> | undefined {
	return parseRecord(text, f => isText(f['state']) && isNumber(f['attempt']));
}

export function parseId(text: string): RunRecord<RunId> | undefined {
	return parseRecord(text, f => isNumber(f['pid']) && isText(f['bootId']));
}

export function parseExit(text: string): RunRecord<RunExit> | undefined {
	return parseRecord(text, f => isText(f['reason']) && isNumber(f['attempt']));
}

export function parseState(text: string): RunRecord<RunState> | undefined {
	const fields = parseObject(text);
	return fields === undefined ? undefined : stateFrom(fields);
}

/** A run state that came inside another document. An unknown state name reads as `unknown`. */
export function stateFrom(value: unknown): RunRecord<RunState> | undefined {
	if (!isFields(value) || ![value['runDir'], value['id'], value['state']].every(isText)) {
		return undefined;
	}
	const { attempt, message } = value;
	if (!isTextOrAbsent(message) || !(attempt === undefined || isNumber(attempt))) {
		return undefined;
	}
	const sizes = isFields(value['sizes']) ? value['sizes'] : {};
	return {
		value: {
			...value,
			state: runStates.has(String(value['state'])) ? value['state'] : 'unknown',
			sizes: { ...sizes, metrics: sizeFrom(sizes['metrics']), log: sizeFrom(sizes['log']) },
		} as unknown as RunState,
		readOnly: value['readOnly'] === true || isNewerContract(value['contractVersion']),
	};
}

function sizeFrom(value: unknown): number {
	return Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0;
}

function finiteOrNamed(value: unknown): number | undefined {
	if (typeof value === 'boolean') {
		return value ? 1 : 0;
	}
	if (isNumber(value)) {
		return value;
	}
	switch (value) {
		case 'NaN':
			return Number.NaN;
		case 'Infinity':
			return Number.POSITIVE_INFINITY;
		case '-Infinity':
			return Number.NEGATIVE_INFINITY;
		default:
			return undefined;
	}
}

/** Undefined for a broken line. Values that are not numbers are left out. */
export function parseMetricLine(line: string): MetricPoint | undefined {
	const f = parseObject(line);
	if (f === undefined || !isText(f['kind']) || !metricKinds.has(f['kind'])) {
		return undefined;
	}
	const { n, attempt, step, time, wall, epoch, label, values } = f;
	if (!isNumber(n) || !isNumber(attempt) || !isNumber(step) || typeof values !== 'object') {
		return undefined;
	}
	// Not by assignment, which loses a metric of the name __proto__.
	const numbers = Object.fromEntries(
		Object.entries(values ?? {}).flatMap(([name, value]) => {
			const number = finiteOrNamed(value);
			return number === undefined ? [] : [[name, number] as const];
		}),
	);
	return {
		n,
		attempt,
		step,
		time: finiteOrNamed(time) ?? 0,
		wall: finiteOrNamed(wall) ?? 0,
		kind: f['kind'] as MetricPoint['kind'],
		values: numbers,
		...(isNumber(epoch) ? { epoch } : {}),
		...(isText(label) ? { label } : {}),
	};
}

/** Undefined for a broken line. */
export function parseResponseLine(line: string): ResponseLine | undefined {
	const f = parseObject(line);
	const whole =
		f !== undefined &&
		isNumber(f['n']) &&
		isText(f['promptId']) &&
		isText(f['model']) &&
		isText(f['response']) &&
		Array.isArray(f['messages']);
	return whole ? (f as unknown as ResponseLine) : undefined;
}

/** Lines of one kind that were read so far, with the broken ones counted, never fatal. */
export interface ParsedLines<T> {
	readonly values: T[];
	readonly broken: number;
}

export function parseLines<T>(
	lines: readonly string[],
	parse: (line: string) => T | undefined,
): ParsedLines<T> {
	const values: T[] = [];
	let broken = 0;
	for (const line of lines) {
		if (line.trim() === '') {
			continue;
		}
		const value = parse(line);
		if (value === undefined) {
			broken++;
		} else {
			values.push(value);
		}
	}
	return { values, broken };
}
