import { overlay, textOf, type ExactRow, type FileRow } from './exactRows';
import { tagsOf, type ReadAnswer, type ReadPrompt } from './readAnswer';

/** A row of the evaluation set. AlpacaEval has no ids: the instruction is what tells prompts apart. */
export function readAlpacaEvalPrompt({ line, row }: FileRow): ReadPrompt | string {
	const instruction = textOf(row['instruction']);
	return instruction === undefined
		? 'it needs "instruction"'
		: { line, messages: asked(instruction), tags: tagsOf(row['dataset']), row };
}

/** A row of `model_outputs.json`. A string tells what is wrong. */
export function readAlpacaEvalOutput({ line, row }: FileRow): ReadAnswer | string {
	const [instruction, output] = [textOf(row['instruction']), textOf(row['output'])];
	if (instruction === undefined || output === undefined) {
		return 'it needs "instruction" and "output" as texts';
	}
	return {
		line,
		messages: asked(instruction),
		tags: tagsOf(row['dataset']),
		model: textOf(row['generator']),
		turns: [output],
		sample: 0,
		row,
	};
}

function asked(content: string): { role: string; content: string }[] {
	return [{ role: 'user', content }];
}

/** A row of `model_outputs.json`, with every field that it was read with. */
export function alpacaEvalOutput(
	answer: {
		readonly instruction: string;
		readonly output: string;
		readonly generator: string;
		readonly dataset?: string;
	},
	row: ExactRow = {},
): ExactRow {
	return overlay(row, {
		dataset: row['dataset'] === undefined ? answer.dataset : undefined,
		instruction: answer.instruction,
		output: answer.output,
		generator: answer.generator,
	});
}
