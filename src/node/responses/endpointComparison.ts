import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import { responseFileName } from '../../core/contract/responseFileName';
import { parsePromptSet, type Prompt } from '../../core/responses/promptSet';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import { generateFromEndpoint, type EndpointClient } from './endpointClient';

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

/** Asks one endpoint for every prompt and appends its answers to a comparison as they come. */
export async function answerFromEndpoint(
	workspace: WorkspaceFolder,
	comparisonId: string,
	client: EndpointClient,
	prompts: readonly Prompt[],
	options: {
		readonly label: string;
		readonly sampling: Readonly<Record<string, unknown>>;
		readonly signal?: AbortSignal;
	},
	onAnswer: (done: number) => void = () => {},
): Promise<Result<{ readonly answers: number }>> {
	const folder = path.join(workspace.comparisons, comparisonId, 'responses');
	const file = path.join(folder, responseFileName(options.label));
	let done = 0;
	try {
		await mkdir(folder, { recursive: true });
		return await generateFromEndpoint(client, prompts, options, async line => {
			await appendFile(file, `${JSON.stringify(line)}\n`);
			onAnswer(++done);
		});
	} catch (error) {
		return err(
			new WindsockError(
				'fileUnwritable',
				{ path: file, reason: reasonOf(error) },
				{ cause: error },
			),
		);
	}
}
