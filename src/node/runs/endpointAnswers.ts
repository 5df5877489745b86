import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ulid } from '../../core/base/ulid';
import { defaultSampling } from '../../core/responses/defaultSampling';
import { parsePromptSet, type Prompt } from '../../core/responses/promptSet';
import type { Progress } from '../../core/training/launchRequest';
import { parseModelRef } from '../../core/training/modelRef';
import { EndpointClient, endpointKeyFromEnvironment } from '../responses/endpointClient';
import { answerInFolder } from '../responses/endpointComparison';
import { modelLabels } from './modelLabels';
import { comparisonRecord, createComparison } from './responseMirror';

export interface EndpointRequest {
	readonly promptsPath: string;
	/** All models of the comparison, in order; those that are no endpoints are passed over. */
	readonly models: readonly { readonly label: string; readonly ref: string }[];
	/** Folder of the comparison. */
	readonly comparison: string;
	readonly sampling: Readonly<Record<string, unknown>>;
	/** Answers per prompt. */
	readonly samples?: number;
	/** By name, from the machine's settings; keys come from the environment. */
	readonly endpoints: Readonly<Record<string, { readonly url: string; readonly model: string }>>;
}

export interface EndpointComparison {
	readonly folder: string;
	readonly models: EndpointRequest['models'];
}

/** Makes a comparison that no run fills, or goes on with the one there that asks for the same. */
export function createEndpointsOnly(
	refs: readonly string[],
	promptsPath: string,
	sampling: Readonly<Record<string, unknown>>,
	place: { readonly parent: string; readonly outPath?: string; readonly name?: string },
): Result<EndpointComparison> {
	const labels = modelLabels(refs, []);
	const models = refs.map((ref, i) => ({ ref, label: labels[i] ?? ref }));
	const now = new Date();
	const id = ulid(now.getTime(), randomBytes(10));
	const name = place.name ?? basename(promptsPath, extname(promptsPath));
	const folder = place.outPath ?? join(place.parent, id);
	const sent = { ...defaultSampling, ...sampling };
	if (isSameRequest(folder, models, sent, promptsPath)) {
		return ok({ folder, models });
	}
	const about = { id, name, createdAt: now.toISOString(), promptsPath, sampling: sent };
	const created = createComparison(folder, comparisonRecord(about, models), promptsPath);
	return created.ok ? ok({ folder, models }) : created;
}

/** Whether a comparison stands there with these models, this sampling and the same prompts. */
function isSameRequest(
	folder: string,
	models: EndpointRequest['models'],
	sampling: Readonly<Record<string, unknown>>,
	promptsPath: string,
): boolean {
	try {
		const record: unknown = JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8'));
		const there = Object(record) as { readonly models?: unknown; readonly sampling?: unknown };
		const known = Array.isArray(there.models) ? (there.models as unknown[]) : [];
		return (
			isDeepStrictEqual(there.sampling, sampling) &&
			isDeepStrictEqual(
				known.map(model => [
					Reflect.get(Object(model), 'label'),
					Reflect.get(Object(model), 'ref'),
				]),
				models.map(({ label, ref }) => [label, ref]),
			) &&
			readFileSync(join(folder, 'prompts.jsonl')).equals(readFileSync(promptsPath))
		);
	} catch {
		// There is none, or none that can be read: making one says what is in the way.
		return false;
	}
}

/** Asks each endpoint for every answer that is missing and appends the answers as they come. */
export async function answerFromEndpoints(
	request: EndpointRequest,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<void>> {
	const prompts = await readPrompts(request.promptsPath);
	if (!prompts.ok) {
		return prompts;
	}
	for (const { ref, label } of request.models) {
		const parsed = parseModelRef(ref);
		if (!parsed.ok || parsed.value.kind !== 'endpoint') {
			continue;
		}
		const answered = await answer(
			request,
			prompts.value,
			parsed.value.name,
			label,
			progress,
			signal,
		);
		if (!answered.ok) {
			return answered;
		}
	}
	return ok();
}

async function answer(
	request: EndpointRequest,
	prompts: readonly Prompt[],
	name: string,
	label: string,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<unknown>> {
	const endpoint = Object.hasOwn(request.endpoints, name) ? request.endpoints[name] : undefined;
	if (endpoint === undefined) {
		const reason = `no endpoint “${name}” in the settings`;
		return err(new WindsockError('modelMissing', { ref: `endpoint:${name}`, reason }));
	}
	const key = endpointKeyFromEnvironment(name, process.env);
	const client = new EndpointClient({ name, ...endpoint, ...(key === undefined ? {} : { key }) });
	const { samples = 1 } = request;
	const total = prompts.length * samples;
	const options = {
		label,
		sampling: request.sampling,
		samples,
		onWait: (reason: string, milliseconds: number) =>
			progress.report(`${name} is asked again in ${Math.ceil(milliseconds / 1000)} s (${reason})`),
		...(signal === undefined ? {} : { signal }),
	};
	return answerInFolder(request.comparison, client, prompts, options, done =>
		progress.report(`Asking ${name}`, done / total),
	);
}

async function readPrompts(path: string): Promise<Result<readonly Prompt[]>> {
	try {
		return parsePromptSet(await readFile(path, 'utf8'), path);
	} catch (error) {
		const details = { path, reason: reasonOf(error) };
		return err(new WindsockError('fileUnreadable', details, { cause: error }));
	}
}
