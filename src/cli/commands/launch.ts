import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { Answer, Output } from '../output';
import type { Services } from '../services';
import { followToEnd } from '../waiting';

export interface LaunchOptions {
	readonly host: string;
	readonly name?: string;
	readonly model?: string;
	readonly set?: readonly string[];
	readonly wait?: boolean;
}

export async function launch(
	services: Services,
	output: Output,
	recipe: string,
	options: LaunchOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const launched = await services.launcher.launchTraining(
		{
			recipePath: resolve(recipe),
			hostName: options.host,
			overrides: overridesOf(options),
			...(options.name === undefined ? {} : { name: options.name }),
		},
		output.progress,
		signal,
	);
	if (!launched.ok) {
		return launched;
	}
	const { runId } = launched.value;
	if (options.wait === true) {
		return followToEnd(services, output, runId, signal);
	}
	const run = services.library.get(runId);
	return ok({ json: { runId, run }, text: runId });
}

/** `--set name=value` (the command line has checked the form): a value that is JSON is taken as such, anything else as text. */
function overridesOf(options: LaunchOptions): Record<string, unknown> {
	const overrides: Record<string, unknown> = {};
	for (const pair of options.set ?? []) {
		const at = pair.indexOf('=');
		overrides[pair.slice(0, at)] = jsonOrText(pair.slice(at + 1));
	}
	if (options.model !== undefined) {
		overrides['model_name_or_path'] = options.model;
	}
	return overrides;
}

function jsonOrText(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
