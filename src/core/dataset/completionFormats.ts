import type {
	AspectRating,
	Completion,
	Field,
	FormatName,
	Message,
	RecognisedRow,
} from './example';
import type { JsonPath } from './jsonScanner';
import {
	fieldsBeside,
	isMessageList,
	isObject,
	plainMessage,
	readMessages,
	type JsonObject,
} from './messageShapes';
import { readDialogueText } from './dialogueText';

/** A row with several answers to one prompt, or `undefined`. */
export function recogniseCompletions(row: JsonObject): RecognisedRow | undefined {
	return (
		stepwise(row) ??
		ultraFeedback(row) ??
		alpacaEvalAnnotation(row) ??
		modelAnswers(row) ??
		rankedAnswers(row)
	);
}

/** OpenBMB's UltraFeedback: four completions, each rated in aspects and criticised. */
function ultraFeedback(row: JsonObject): RecognisedRow | undefined {
	const { instruction, completions } = row;
	if (typeof instruction !== 'string' || !isListOf(completions, isRatedCompletion)) {
		return undefined;
	}
	const shown = ['instruction', 'completions'];
	return answers('ultrafeedback', row, shown, {
		prompt: [plainMessage('user', instruction, ['instruction'])],
		completions: completions.map((one, i) => ratedCompletion(one, ['completions', i])),
	});
}

function isRatedCompletion(value: unknown): value is JsonObject {
	return isObject(value) && typeof value['response'] === 'string';
}

function ratedCompletion(one: JsonObject, path: JsonPath): Completion {
	const { critique } = one;
	const shown = ['model', 'response', 'overall_score', 'annotations', 'critique'];
	return {
		name: nameOf(one['model']),
		messages: [answerMessage(String(one['response']), [...path, 'response'])],
		...scoreOf(one['overall_score']),
		ratings: isObject(one['annotations']) ? aspectRatings(one['annotations']) : [],
		...(typeof critique === 'string' && critique !== ''
			? { critique: { text: critique, paths: [[...path, 'critique']] } }
			: {}),
		fields: nestedFields(one, shown, path),
	};
}

/** `{Rating, Rationale}`, and for some aspects `{Type, Rationale, Rating, "Rationale For Rating"}`. */
function aspectRatings(annotations: JsonObject): AspectRating[] {
	return Object.entries(annotations).flatMap(([aspect, value]): AspectRating[] => {
		if (!isObject(value)) {
			return [];
		}
		const rationale = value['Rationale For Rating'] ?? value['Rationale'];
		const ofTypes = 'Rationale For Rating' in value ? value['Rationale'] : undefined;
		const types = value['Type'];
		return [
			{
				aspect,
				rating: ratingText(value['Rating']),
				...(typeof rationale === 'string' ? { rationale } : {}),
				...(Array.isArray(types) ? { types: types.map(String) } : {}),
				...(typeof ofTypes === 'string' ? { typesRationale: ofTypes } : {}),
			},
		];
	});
}

function ratingText(rating: unknown): string {
	return typeof rating === 'string' || typeof rating === 'number' ? String(rating) : 'N/A';
}

/** AlpacaEval: two outputs and which one the annotator prefers, as a number from 1 to 2. */
function alpacaEvalAnnotation(row: JsonObject): RecognisedRow | undefined {
	const { instruction, preference } = row;
	const outputs: unknown = [row['output_1'], row['output_2']];
	if (
		typeof instruction !== 'string' ||
		!isListOf(outputs, isString) ||
		!(preference === null || typeof preference === 'number')
	) {
		return undefined;
	}
	const shown = ['instruction', 'output_1', 'output_2', 'generator_1', 'generator_2'];
	return answers('alpaca-eval-annotation', row, shown, {
		prompt: [plainMessage('user', instruction, ['instruction'])],
		completions: outputs.map((text, i) => ({
			name: nameOf(row[`generator_${i + 1}`]),
			messages: [answerMessage(text, [`output_${i + 1}`])],
			...rankOf(preference, i),
			ratings: [],
			fields: [],
		})),
	});
}

/** 1.5 and 0 are draws; older files have whole numbers, newer ones a probability above 1. */
function rankOf(preference: number | null, output: number): { rank?: number } {
	if (preference === null || preference < 1 || preference === 1.5) {
		return {};
	}
	return { rank: preference < 1.5 === (output === 0) ? 1 : 2 };
}

/** MT-Bench and FastChat: `choices: [{index, turns: [string]}]`. */
function modelAnswers(row: JsonObject): RecognisedRow | undefined {
	const { choices, model_id: model } = row;
	if (!isListOf(choices, isChoice)) {
		return undefined;
	}
	return answers('mt-bench-answer', row, ['choices', 'model_id'], {
		prompt: [],
		completions: choices.map((choice, i) => ({
			name: nameOf(model),
			messages: (choice['turns'] as string[]).map((text, turn) =>
				answerMessage(text, ['choices', i, 'turns', turn]),
			),
			ratings: [],
			fields: nestedFields(choice, ['turns', 'index'], ['choices', i]),
		})),
	});
}

function isChoice(value: unknown): value is JsonObject {
	return isObject(value) && isListOf(value['turns'], isString);
}

const promptKeys = ['prompt', 'instruction', 'question', 'input', 'query'];
const answerKeys = ['answers', 'responses', 'completions', 'generations', 'outputs', 'candidates'];
const answerTexts = ['answer', 'response', 'text', 'content', 'output', 'completion'];

/** Nectar's `answers: [{answer, model, rank}]` and others like it, or answers as bare strings. */
function rankedAnswers(row: JsonObject): RecognisedRow | undefined {
	const promptKey = promptKeys.find(key => sideOf(row[key], key) !== undefined);
	const key = answerKeys.find(name => isListOf(row[name], isAnswer));
	if (promptKey === undefined || key === undefined) {
		return undefined;
	}
	const list = row[key] as readonly (string | JsonObject)[];
	if (list.length < 2) {
		return undefined;
	}
	const models = row['models'] ?? row['generation_models'];
	const scores = row['ratings'] ?? row['scores'] ?? row['rating'];
	const completions = list.map((one, i): Completion => {
		const own: JsonObject = isObject(one) ? one : {};
		const textKey = answerTexts.find(name => typeof own[name] === 'string');
		const text = typeof one === 'string' ? one : String(own[textKey ?? '']);
		const path = typeof one === 'string' ? [key, i] : [key, i, textKey ?? ''];
		const { rank } = own;
		return {
			name: nameOf(own['model'] ?? (Array.isArray(models) ? models[i] : undefined)),
			messages: [answerMessage(text, path)],
			...scoreOf(own['score'] ?? own['rating'] ?? (Array.isArray(scores) ? scores[i] : undefined)),
			...(typeof rank === 'number' ? { rank } : {}),
			ratings: [],
			fields: nestedFields(own, [textKey ?? '', 'model', 'rank', 'score', 'rating'], [key, i]),
		};
	});
	const prompt = sideOf(row[promptKey], promptKey) ?? [];
	return answers('ranked-answers', row, [promptKey, key], { prompt, completions });
}

function isAnswer(value: unknown): value is string | JsonObject {
	return (
		typeof value === 'string' ||
		(isObject(value) && answerTexts.some(key => typeof value[key] === 'string'))
	);
}

/** A prompt as a string, also with its turns written into it, or as a message list. */
function sideOf(value: unknown, key: string): readonly Message[] | undefined {
	if (typeof value === 'string') {
		const turns = value.includes('\n\nHuman:') ? readDialogueText(value, [[key]]) : undefined;
		return turns ?? [plainMessage('user', value, [key])];
	}
	return isMessageList(value) ? readMessages(value, [key]) : undefined;
}

/** TRL's stepwise supervision: `completions` and `labels` of the same length. */
function stepwise(row: JsonObject): RecognisedRow | undefined {
	const { prompt, completions, labels } = row;
	if (
		typeof prompt !== 'string' ||
		!isListOf(completions, isString) ||
		!Array.isArray(labels) ||
		!labels.some(label => typeof label === 'boolean')
	) {
		return undefined;
	}
	return {
		format: 'stepwise',
		example: {
			kind: 'stepwise',
			prompt: [plainMessage('user', prompt, ['prompt'])],
			steps: completions.map((text, i) => {
				const label: unknown = labels[i];
				return {
					message: answerMessage(text, ['completions', i]),
					isRight: typeof label === 'boolean' ? label : undefined,
				};
			}),
			fields: fieldsBeside(row, ['prompt', 'completions', 'labels']),
		},
	};
}

function answers(
	format: FormatName,
	row: JsonObject,
	shown: readonly string[],
	parts: { readonly prompt: readonly Message[]; readonly completions: readonly Completion[] },
): RecognisedRow {
	const fields: Field[] = fieldsBeside(row, shown);
	return { format, example: { kind: 'completions', ...parts, fields } };
}

/** An answer's list has labels, scores or names beside it, so nothing is added to it or removed. */
function answerMessage(text: string, path: JsonPath): Message {
	const { places: _, ...message } = plainMessage('assistant', text, path);
	return message;
}

function nestedFields(one: JsonObject, shown: readonly string[], path: JsonPath): Field[] {
	return fieldsBeside(one, shown).map(field => ({ ...field, path: [...path, field.name] }));
}

function nameOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** A score; some files have it as a string. */
function scoreOf(value: unknown): { score?: number } {
	const isText = typeof value === 'string' && value.trim() !== '';
	const score = typeof value === 'number' || isText ? Number(value) : Number.NaN;
	return Number.isFinite(score) ? { score } : {};
}

function isString(value: unknown): value is string {
	return typeof value === 'string';
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
	return Array.isArray(value) && value.length > 0 && value.every(is);
}
