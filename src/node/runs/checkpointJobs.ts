import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type {
	AfterCheckpointSpec,
	CheckpointAnswers,
	CheckpointEvaluation,
	EvaluationFile,
} from '../../core/contract/runFiles.generated';
import { baseName, readAfterCheckpoint } from '../../core/training/afterCheckpoint';
import type { Recipe } from '../../core/training/recipe';
import { defaultSampling } from '../../core/responses/defaultSampling';
import { parsePromptSet, type Prompt } from '../../core/responses/promptSet';
import type { InputFile } from '../transfer/uploadInputs';
import { hashFile } from './datasetStore';
import type { HostLayout } from './hostLayout';
import { readText } from './recipeFile';

/** What follows on checkpoints, and the files of this machine that it needs on the host. */
export interface CheckpointJobs {
	readonly spec: AfterCheckpointSpec;
	readonly files: readonly InputFile[];
}

/**
 * Makes ready what a recipe wants done with its checkpoints; undefined where it wants nothing.
 *
 * @param recipe which has been checked
 * @param scratch folder for what is sent, which has to stay until then
 */
export async function prepareCheckpointJobs(
	recipePath: string,
	recipe: Recipe,
	layout: HostLayout,
	scratch: string,
): Promise<Result<CheckpointJobs | undefined>> {
	const wanted = readAfterCheckpoint(recipe.afterCheckpoint).value;
	if (recipe.afterCheckpoint === undefined || wanted === undefined) {
		return ok(undefined);
	}
	const beside = dirname(recipePath);
	const files: InputFile[] = [];
	let answers: CheckpointAnswers | undefined;
	if (wanted.answers !== undefined) {
		const source = resolve(beside, wanted.answers.promptSet);
		const prompts = await preparePrompts(source, layout, scratch);
		if (!prompts.ok) {
			return prompts;
		}
		files.push(prompts.value.file);
		const sampling = { ...defaultSampling, ...wanted.answers.sampling };
		answers = { prompts: prompts.value.record, sampling };
	}
	const evaluate: CheckpointEvaluation[] = [];
	for (const { name, command, results, at, timeoutMinutes, files: named } of wanted.evaluate) {
		const own: EvaluationFile[] = [];
		for (const path of named) {
			const prepared = await prepareFile(resolve(beside, path), layout);
			if (!prepared.ok) {
				return prepared;
			}
			files.push(prepared.value.file);
			own.push(prepared.value.record);
		}
		evaluate.push({
			name,
			command: [...command] as [string, ...string[]],
			results,
			...(at === undefined ? {} : { at }),
			...(own.length === 0 ? {} : { files: own }),
			...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
		});
	}
	return ok({
		spec: {
			when: wanted.when,
			...(wanted.gpus === undefined ? {} : { gpus: wanted.gpus }),
			...(answers === undefined ? {} : { answers }),
			evaluate,
		},
		files,
	});
}

/** A prompt set as the host gets it, in a file of the scratch folder. */
export async function preparePrompts(
	source: string,
	layout: HostLayout,
	scratch: string,
): Promise<Result<{ readonly file: InputFile; readonly record: CheckpointAnswers['prompts'] }>> {
	const text = await readText(source);
	const parsed = text.ok ? parsePromptSet(text.value, source) : text;
	if (!parsed.ok) {
		return parsed;
	}
	const lines = Buffer.from(promptLines(parsed.value));
	const sha256 = createHash('sha256').update(lines).digest('hex');
	const name = `${sha256}.jsonl`;
	const path = join(scratch, `prompts-${name}`);
	await writeFile(path, lines);
	return ok({
		file: { path, name, size: lines.length, label: baseName(source) },
		record: { path: `${layout.store}/${name}`, sha256, count: parsed.value.length, source },
	});
}

/** A file of an evaluation as it is, named in the store by its content. */
export async function prepareFile(
	source: string,
	layout: HostLayout,
): Promise<Result<{ readonly file: InputFile; readonly record: EvaluationFile }>> {
	const digest = await hashFile(source);
	if (!digest.ok) {
		return digest;
	}
	const { sha256, bytes } = digest.value;
	const suffix = /^\.[a-z0-9]{1,8}$/.exec(extname(source).toLowerCase())?.[0] ?? '.data';
	const name = `${sha256}${suffix}`;
	return ok({
		file: { path: source, name, size: bytes, label: baseName(source) },
		record: { name: baseName(source), path: `${layout.store}/${name}`, sha256, bytes, source },
	});
}

/** What a model may see of the prompts: no reference answers, no tags. */
export function promptLines(prompts: readonly Prompt[]): string {
	return prompts
		.map(({ id, messages, sampling }) => `${JSON.stringify({ id, messages, sampling })}\n`)
		.join('');
}
