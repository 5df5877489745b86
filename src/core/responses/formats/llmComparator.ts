import { isRecord, numberOf, overlay, textOf, type ExactRow } from './exactRows';
import type { ReadAnswer } from './readAnswer';

/** The document that LLM Comparator (PAIR) shows: two models and what each says. */
export interface LlmComparatorFile {
	readonly models: readonly [string, string];
	readonly examples: readonly LlmComparatorExample[];
	/** Examples without texts. */
	readonly faults: readonly { readonly line: number; readonly reason: string }[];
	/** The whole document as it was read. */
	readonly document: ExactRow;
}

export interface LlmComparatorExample {
	/** Place in the document, from 1. */
	readonly line: number;
	readonly input: string;
	readonly outputs: readonly [string, string];
	readonly tags: readonly string[];
	/** −1.5 to 1.5, above 0 for A. Null: nobody has rated it. */
	readonly score: number | null;
	readonly row: ExactRow;
}

/** Their `win_rate_threshold`: what is nearer to 0 is a tie. */
const threshold = 0.25;

/** A string tells what is wrong. */
export function readLlmComparator(document: ExactRow): LlmComparatorFile | string {
	const models = Array.isArray(document['models']) ? document['models'].filter(isRecord) : [];
	const rows = document['examples'];
	if (models.length !== 2 || !Array.isArray(rows)) {
		return 'it needs two "models" and "examples"';
	}
	const names = models.map((model, i) => textOf(model['name']) ?? ['A', 'B'][i] ?? '');
	const [a = 'A', b = 'B'] = names[0] === names[1] ? [`${names[0]} A`, `${names[1]} B`] : names;
	const examples: LlmComparatorExample[] = [];
	const faults: { line: number; reason: string }[] = [];
	for (const [index, row] of rows.entries()) {
		const example = isRecord(row) ? readExample(row, index + 1) : 'it is not an object';
		if (typeof example === 'string') {
			faults.push({ line: index + 1, reason: example });
		} else {
			examples.push(example);
		}
	}
	return { models: [a, b], examples, faults, document };
}

function readExample(row: ExactRow, line: number): LlmComparatorExample | string {
	const [input, a, b] = ['input_text', 'output_text_a', 'output_text_b'].map(key =>
		chunkText(row[key]),
	);
	if (input === undefined || a === undefined || b === undefined) {
		return 'it needs "input_text", "output_text_a" and "output_text_b"';
	}
	return {
		line,
		input,
		outputs: [a, b],
		tags: Array.isArray(row['tags'])
			? row['tags'].filter((tag): tag is string => typeof tag === 'string')
			: [],
		score: numberOf(row['score']) ?? null,
		row,
	};
}

/** A text, or pieces of text and images. */
function chunkText(value: unknown): string | undefined {
	if (!Array.isArray(value)) {
		return textOf(value);
	}
	const pieces = value.map(piece => {
		const chunk = isRecord(piece) ? piece : {};
		return chunk['type'] === 'text' ? (textOf(chunk['data']) ?? '') : '[image]';
	});
	return pieces.join('');
}

/** Both answers of an example. */
export function comparatorAnswers(
	{ line, input, outputs, tags, row }: LlmComparatorExample,
	models: readonly [string, string],
): ReadAnswer[] {
	return models.map((model, side) => ({
		line,
		messages: [{ role: 'user', content: input }],
		tags,
		model,
		turns: [outputs[side] ?? ''],
		sample: 0,
		row,
	}));
}

/** The document with every field that it was read with; a new one from `{}`. */
export function llmComparatorDocument(
	file: Pick<LlmComparatorFile, 'models'> & {
		readonly examples: readonly Omit<LlmComparatorExample, 'line'>[];
		readonly sourcePath?: string;
	},
	document: ExactRow = {},
): ExactRow {
	const models = Array.isArray(document['models'])
		? (document['models'] as readonly unknown[])
		: [];
	const there = readLlmComparator(document);
	const isSame =
		typeof there !== 'string' && there.models.every((name, i) => name === file.models[i]);
	return overlay(document, {
		metadata:
			document['metadata'] === undefined
				? { source_path: file.sourcePath ?? '', custom_fields_schema: [] }
				: undefined,
		models: isSame
			? undefined
			: file.models.map((name, i) => {
					const model = models[i];
					return overlay(isRecord(model) ? model : {}, { name });
				}),
		examples: file.examples.map(exampleRow),
	});
}

function exampleRow({
	input,
	outputs,
	tags,
	score,
	row,
}: Omit<LlmComparatorExample, 'line'>): ExactRow {
	const isNew = Object.keys(row).length === 0;
	const changed = (key: string, text: string): string | undefined =>
		chunkText(row[key]) === text ? undefined : text;
	return overlay(row, {
		input_text: changed('input_text', input),
		tags:
			isNew || (row['tags'] === undefined && tags.length === 0) ? (isNew ? tags : undefined) : tags,
		output_text_a: changed('output_text_a', outputs[0]),
		output_text_b: changed('output_text_b', outputs[1]),
		score:
			score === null && !isNew ? undefined : numberOf(row['score']) === score ? undefined : score,
		...(isNew ? { individual_rater_scores: [], custom_fields: {} } : {}),
	});
}

/** What their viewer counts from the scores. */
export interface LlmComparatorResult {
	readonly models: readonly [string, string];
	readonly winsA: number;
	readonly winsB: number;
	readonly ties: number;
	readonly unrated: number;
	/** Above 0 for A. */
	readonly meanScore?: number;
}

export function llmComparatorResult(file: LlmComparatorFile): LlmComparatorResult {
	const scores = file.examples.flatMap(({ score }) => score ?? []);
	const winsA = scores.filter(score => score > threshold).length;
	const winsB = scores.filter(score => score < -threshold).length;
	return {
		models: file.models,
		winsA,
		winsB,
		ties: scores.length - winsA - winsB,
		unrated: file.examples.length - scores.length,
		...(scores.length === 0
			? {}
			: { meanScore: scores.reduce((sum, score) => sum + score, 0) / scores.length }),
	};
}
