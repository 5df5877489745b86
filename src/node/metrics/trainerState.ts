import type { MetricPoint } from '../../core/training/runLibrary';

/** What a reader of somebody else's metrics found, and what it could not use. */
export interface ReadMetrics {
	readonly points: readonly MetricPoint[];
	/** One phrase per kind of thing that was passed over, with its count. */
	readonly skipped: readonly { readonly what: string; readonly count: number }[];
}

type Row = Readonly<Record<string, unknown>>;

const stringOrBare = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** JSON with the bare NaN and Infinity that Python writes; they become strings of that name. */
export function parsePythonJson(text: string): unknown {
	return JSON.parse(text.replace(stringOrBare, token => (token[0] === '"' ? token : `"${token}"`)));
}

/** A logged value; undefined for what is no number. */
export function toNumber(value: unknown): number | undefined {
	if (typeof value === 'number') {
		return value;
	}
	const isNamed = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
	return isNamed ? Number(value) : undefined;
}

/**
 * The log history of transformers' `trainer_state.json`, which mixes training, evaluation and
 * final rows. Its rows carry no time, so `time` and `wall` are NaN.
 *
 * @returns undefined when the text is not such a file
 */
export function readTrainerState(text: string): ReadMetrics | undefined {
	let parsed: unknown;
	try {
		parsed = parsePythonJson(text);
	} catch {
		return undefined;
	}
	const history: unknown =
		typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'log_history') : undefined;
	if (!Array.isArray(history)) {
		return undefined;
	}
	const points: MetricPoint[] = [];
	let rows = 0;
	let values = 0;
	for (const row of history as readonly unknown[]) {
		const step = isRow(row) ? toNumber(row['step']) : undefined;
		if (!isRow(row) || step === undefined) {
			rows++;
			continue;
		}
		const numbers: Record<string, number> = {};
		for (const [name, value] of Object.entries(row)) {
			if (name === 'step' || name === 'epoch') {
				continue;
			}
			const number = toNumber(value);
			if (number === undefined) {
				values++;
			} else {
				numbers[name] = number;
			}
		}
		points.push({
			n: points.length + 1,
			attempt: 1,
			step,
			epoch: toNumber(row['epoch']),
			time: Number.NaN,
			wall: Number.NaN,
			kind: kindOfRow(row),
			values: numbers,
		});
	}
	return {
		points,
		skipped: counted({ 'rows without a step': rows, 'values without a number': values }),
	};
}

function isRow(value: unknown): value is Row {
	return typeof value === 'object' && value !== null;
}

function kindOfRow(row: Row): MetricPoint['kind'] {
	if ('train_runtime' in row) {
		return 'summary';
	}
	return Object.keys(row).some(name => name.startsWith('eval_')) ? 'eval' : 'train';
}

/** Only what there is any of. */
export function counted(counts: Readonly<Record<string, number>>): ReadMetrics['skipped'] {
	return Object.entries(counts)
		.filter(([, count]) => count > 0)
		.map(([what, count]) => ({ what, count }));
}
