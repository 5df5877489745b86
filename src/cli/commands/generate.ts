import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import {
	answerFromEndpoints,
	createEndpointsOnly,
	type EndpointComparison,
} from '../../node/runs/endpointAnswers';
import { modelLabels } from '../../node/runs/modelLabels';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { followToEnd } from '../waiting';
import { DryRun, pairsOf, type JobOptions } from './jobOptions';

export interface GenerateOptions extends JobOptions {
	readonly model: readonly string[];
	readonly host: string;
	readonly out?: string;
	readonly name?: string;
	readonly maxNewTokens?: number;
	readonly temperature?: number;
	readonly topP?: number;
	readonly seed?: number;
	readonly samples?: number;
	readonly engine?: 'auto' | 'transformers' | 'vllm';
	readonly wait: boolean;
}

/** A file, or a set that comes with Windsock by its name where no file has it. */
export function promptFile(named: string, shippedFolder: string): string {
	const shipped = join(shippedFolder, `${named}.jsonl`);
	const isName = /^[a-z-]+$/.test(named) && !existsSync(named) && existsSync(shipped);
	return isName ? shipped : named;
}

export async function generate(
	services: Services,
	output: Output,
	prompts: string,
	options: GenerateOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const sampling = {
		...(options.maxNewTokens === undefined ? {} : { max_new_tokens: options.maxNewTokens }),
		...(options.temperature === undefined ? {} : { temperature: options.temperature }),
		...(options.topP === undefined ? {} : { top_p: options.topP }),
		...(options.seed === undefined ? {} : { seed: options.seed }),
	};
	const ofEditor = options.model.find(ref => ref.startsWith('vscode:'));
	if (ofEditor !== undefined) {
		const reason = 'a language model of VS Code is asked by the editor only';
		return err(new WindsockError('modelMissing', { ref: ofEditor, reason }));
	}
	const { samples = 1 } = options;
	const asked = { sampling, samples };
	const promptsPath = resolve(prompts);
	const outPath = options.out === undefined ? {} : { outPath: resolve(options.out) };
	const name = options.name === undefined ? {} : { name: options.name };
	if (options.model.every(ref => ref.startsWith('endpoint:'))) {
		const parent = services.folder.comparisons;
		const place = { parent, ...outPath, ...name };
		const made = createEndpointsOnly(options.model, promptsPath, sampling, place);
		return made.ok ? answered(services, output, promptsPath, made.value, asked, signal) : made;
	}
	const dry = new DryRun();
	const launched = await services.launcher.launchGenerate(
		{
			promptsPath,
			hostName: options.host,
			models: options.model,
			sampling,
			...(samples > 1 ? { samples } : {}),
			...(options.engine === undefined ? {} : { engine: options.engine }),
			resources: pairsOf(options.resource),
			...(options.dryRun === true ? { review: dry.review } : {}),
			...name,
			...outPath,
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		return dry.answer === undefined ? launched : ok(dry.answer);
	}
	const { runId } = launched.value;
	const folder = services.library.mirrored(runId)?.folder.header.comparison ?? '';
	if (!options.wait) {
		const run = services.library.get(runId);
		return ok({ json: { runId, run, comparison: folder }, text: runId });
	}
	const ended = await followToEnd(services, output, runId, signal);
	if (!ended.ok) {
		return ended;
	}
	const labels = modelLabels(options.model, services.library.list());
	const models = options.model.map((ref, i) => ({ ref, label: labels[i] ?? ref }));
	const more = await answered(services, output, promptsPath, { folder, models }, asked, signal);
	return more.ok ? ok({ ...ended.value, json: { ...ended.value.json, ...more.value.json } }) : more;
}

async function answered(
	services: Services,
	output: Output,
	promptsPath: string,
	{ folder, models }: EndpointComparison,
	asked: { readonly sampling: Readonly<Record<string, unknown>>; readonly samples: number },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const { endpoints } = services;
	const request = { promptsPath, models, comparison: folder, ...asked, endpoints };
	const done = await answerFromEndpoints(request, output.progress, signal);
	return done.ok ? ok({ json: { comparison: folder }, text: folder }) : done;
}
