import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { GpuWish } from '../../core/training/gpuWish';
import type { Answer, Output } from '../output';
import { findRun } from '../runArgument';
import type { Services } from '../services';
import { followToEnd } from '../waiting';
import { DryRun, pairsOf, type JobOptions } from './jobOptions';

export interface LaunchOptions extends JobOptions {
	/** Default: local, or with `like` the host of that run. */
	readonly host?: string;
	/** Run whose exact recipe is taken. */
	readonly like?: string;
	readonly name?: string;
	readonly model?: string;
	readonly set?: readonly string[];
	readonly wait?: boolean;
	readonly gpus?: number;
	readonly gpu?: readonly string[];
	/** Hashes of foreign code that may run. */
	readonly trust?: readonly string[];
}

export async function launch(
	services: Services,
	output: Output,
	recipe: string | undefined,
	options: LaunchOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const source = await sourceOf(services, recipe, options);
	if (!source.ok) {
		return source;
	}
	const dry = new DryRun();
	const launched = await services.launcher.launchTraining(
		{
			...source.value,
			overrides: overridesOf(options),
			resources: pairsOf(options.resource),
			trusted: options.trust ?? [],
			...(options.dryRun === true ? { review: dry.review } : {}),
			...(options.name === undefined ? {} : { name: options.name }),
			...gpusOf(options),
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		return dry.answer === undefined ? launched : ok(dry.answer);
	}
	const { runId } = launched.value;
	if (options.wait === true) {
		return followToEnd(services, output, runId, signal);
	}
	const run = services.library.get(runId);
	return ok({ json: { runId, run }, text: runId });
}

/** The recipe and the host to launch on. */
async function sourceOf(
	services: Services,
	recipe: string | undefined,
	{ like, host }: LaunchOptions,
): Promise<Result<{ recipePath: string; recipeText?: string; hostName: string }>> {
	if (like === undefined) {
		return ok({ recipePath: resolve(recipe ?? ''), hostName: host ?? 'local' });
	}
	const runId = findRun(services, like);
	if (!runId.ok) {
		return runId;
	}
	const cloned = await services.cloning.recipeOf(runId.value);
	if (!cloned.ok) {
		return cloned;
	}
	const { recipePath, text } = cloned.value;
	const hostName = host ?? services.library.get(runId.value)?.hostName ?? 'local';
	return ok({ recipePath, recipeText: text, hostName });
}

function gpusOf({ gpu, gpus }: LaunchOptions): { readonly gpus?: GpuWish } {
	if (gpu !== undefined && gpu.length > 0) {
		return { gpus: { uuids: gpu } };
	}
	return gpus === undefined ? {} : { gpus: { count: gpus } };
}

function overridesOf(options: LaunchOptions): Record<string, unknown> {
	const overrides = pairsOf(options.set);
	if (options.model !== undefined) {
		overrides['model_name_or_path'] = options.model;
	}
	return overrides;
}
