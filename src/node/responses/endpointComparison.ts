import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import type { Answerer } from '../../core/responses/answerer';
import { parsePromptSet, type Prompt } from '../../core/responses/promptSet';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { AnswerFile } from './answerFile';
import { askEndpoint, type AskOptions } from './askEndpoint';

/** Reads and checks a prompt set on this machine. */
export async function readPromptFile(file: string): Promise<Result<readonly Prompt[]>> {
	try {
		return parsePromptSet(await readFile(file, 'utf8'), file);
	} catch (error) {
		return err(
			new WindsockError(
				'fileUnreadable',
				{ path: file, reason: reasonOf(error) },
				{ cause: error },
			),
		);
	}
}

/** Makes a comparison that no run fills: its answers come from endpoints. Returns its id. */
export async function createEndpointComparison(
	workspace: WorkspaceFolder,
	request: {
		readonly promptsPath: string;
		readonly models: readonly { readonly label: string; readonly ref: string }[];
		readonly sampling: Readonly<Record<string, unknown>>;
	},
	now: number = Date.now(),
): Promise<Result<string>> {
	const id = ulid(now, randomBytes(10));
	const folder = path.join(workspace.comparisons, id);
	try {
		await mkdir(path.join(folder, 'responses'), { recursive: true });
		await writeFile(path.join(folder, 'prompts.jsonl'), await readFile(request.promptsPath));
		const header = {
			schemaVersion: 1,
			id,
			name: path.basename(request.promptsPath, path.extname(request.promptsPath)),
			createdAt: new Date(now).toISOString(),
			promptsPath: request.promptsPath,
			models: request.models,
			sampling: request.sampling,
		};
		await writeFile(
			path.join(folder, 'comparison.json'),
			`${JSON.stringify(header, undefined, '\t')}\n`,
		);
		return ok(id);
	} catch (error) {
		return err(
			new WindsockError(
				'fileUnwritable',
				{ path: folder, reason: reasonOf(error) },
				{ cause: error },
			),
		);
	}
}

/**
 * Asks one endpoint for every answer that the comparison lacks and appends them as they come.
 *
 * @param onAnswer hears how many answers there are, those of before counted
 */
export async function answerFromEndpoint(
	workspace: WorkspaceFolder,
	comparisonId: string,
	client: Answerer,
	prompts: readonly Prompt[],
	options: Omit<AskOptions, 'isAnswered'>,
	onAnswer: (done: number) => void = () => {},
): Promise<Result<{ readonly answers: number }>> {
	return answerInFolder(
		path.join(workspace.comparisons, comparisonId),
		client,
		prompts,
		options,
		onAnswer,
	);
}

/** The same for a comparison anywhere. */
export async function answerInFolder(
	folder: string,
	client: Answerer,
	prompts: readonly Prompt[],
	options: Omit<AskOptions, 'isAnswered'>,
	onAnswer: (done: number) => void = () => {},
): Promise<Result<{ readonly answers: number }>> {
	try {
		const file = await AnswerFile.open(folder, options.label);
		let done = file.count;
		const isAnswered = file.has.bind(file);
		return await askEndpoint(client, prompts, { ...options, isAnswered }, async line => {
			await file.append(line);
			onAnswer(++done);
		});
	} catch (error) {
		const details = { path: folder, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
}
