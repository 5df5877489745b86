import { numberOf, overlay, textOf, type ExactRow, type FileRow } from './exactRows';
import { tagsOf, type ReadAnswer } from './readAnswer';

/** A row of `annotations.json`. Output 2 is that of the model under test. */
export interface AlpacaEvalAnnotation {
	readonly line: number;
	readonly instruction: string;
	readonly outputs: readonly [string, string];
	readonly generators: readonly [string, string];
	readonly dataset?: string;
	readonly annotator?: string;
	/** From 1 (output 1 is better) to 2; 0 is a draw of old files. Absent: the judge said nothing. */
	readonly preference?: number;
	readonly row: ExactRow;
}

/** A string tells what is wrong. */
export function readAlpacaEvalAnnotation({ line, row }: FileRow): AlpacaEvalAnnotation | string {
	const instruction = textOf(row['instruction']);
	const [first, second] = [textOf(row['output_1']), textOf(row['output_2'])];
	if (instruction === undefined || first === undefined || second === undefined) {
		return 'it needs "instruction", "output_1" and "output_2" as texts';
	}
	const preference = numberOf(row['preference']);
	if (preference === undefined && row['preference'] !== null && row['preference'] !== undefined) {
		return '"preference" is no number';
	}
	const [dataset, annotator] = [textOf(row['dataset']), textOf(row['annotator'])];
	return {
		line,
		instruction,
		outputs: [first, second],
		generators: [
			textOf(row['generator_1']) ?? 'output_1',
			textOf(row['generator_2']) ?? 'output_2',
		],
		...(dataset === undefined ? {} : { dataset }),
		...(annotator === undefined ? {} : { annotator }),
		...(preference === undefined ? {} : { preference }),
		row,
	};
}

/** Both answers of an annotation, the baseline's first. */
export function annotatedAnswers(annotation: AlpacaEvalAnnotation): ReadAnswer[] {
	return [0, 1].map(side => ({
		line: annotation.line,
		messages: [{ role: 'user', content: annotation.instruction }],
		tags: tagsOf(annotation.dataset),
		model: annotation.generators[side],
		turns: [annotation.outputs[side] ?? ''],
		sample: 0,
		row: {},
	}));
}

/** The row with every field that it was read with; a new one from `row: {}`. */
export function alpacaEvalAnnotationRow(annotation: Omit<AlpacaEvalAnnotation, 'line'>): ExactRow {
	const { row } = annotation;
	const nameOf = (side: 0 | 1): string | undefined =>
		row[`generator_${side + 1}`] === undefined &&
		annotation.generators[side] === `output_${side + 1}`
			? undefined
			: annotation.generators[side];
	return overlay(row, {
		instruction: annotation.instruction,
		output_1: annotation.outputs[0],
		generator_1: nameOf(0),
		dataset: annotation.dataset,
		output_2: annotation.outputs[1],
		generator_2: nameOf(1),
		annotator: annotation.annotator,
		preference:
			numberOf(row['preference']) === annotation.preference ? undefined : annotation.preference,
	});
}
