import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { followToEnd } from '../waiting';

export interface GenerateOptions {
	readonly model: readonly string[];
	readonly host: string;
	readonly out?: string;
	readonly name?: string;
	readonly maxNewTokens?: number;
	readonly temperature?: number;
	readonly topP?: number;
	readonly seed?: number;
	readonly wait: boolean;
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
	const launched = await services.launcher.launchGenerate(
		{
			promptsPath: resolve(prompts),
			hostName: options.host,
			models: options.model,
			sampling,
			...(options.name === undefined ? {} : { name: options.name }),
			...(options.out === undefined ? {} : { outPath: resolve(options.out) }),
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		return launched;
	}
	const { runId } = launched.value;
	const folder = services.library.mirrored(runId)?.folder.header.comparison;
	if (!options.wait) {
		const run = services.library.get(runId);
		return ok({ json: { runId, run, comparison: folder }, text: runId });
	}
	const ended = await followToEnd(services, output, runId, signal);
	return ended.ok
		? ok({ ...ended.value, json: { ...ended.value.json, comparison: folder } })
		: ended;
}
