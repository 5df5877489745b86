import { byteSize } from '../../core/base/byteSize';
import { ok, type Result } from '../../core/base/result';
import type { PushPlan } from '../../node/runs/checkpointPush';
import type { Answer, Output } from '../output';
import type { Services } from '../services';

export interface PushOptions {
	readonly repo: string;
	readonly checkpoint?: number;
	readonly merged?: boolean;
	readonly private?: boolean;
	readonly tokenFile?: string;
	readonly yes?: boolean;
}

/** Says what of a checkpoint would go to the Hub and, with `--yes`, sends it from its host. */
export async function push(
	services: Services,
	output: Output,
	runId: string,
	options: PushOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const done = await services.pushing.push(
		{
			runId,
			step: options.checkpoint,
			merged: options.merged === true,
			repo: options.repo,
			private: options.private === true,
			tokenFile: options.tokenFile,
		},
		async plan => {
			if (options.yes === true) {
				output.note(planText(plan));
			}
			return options.yes === true;
		},
		{ progress: output.progress, signal },
	);
	if (!done.ok) {
		return done;
	}
	const { step, plan, pushed } = done.value;
	const json = { runId, step, plan, ...(pushed === undefined ? {} : { pushed }) };
	const text =
		pushed === undefined
			? `${planText(plan)}\nNothing was sent; --yes does it.`
			: `${pushed.url} at ${pushed.commit}`;
	return ok({ json, text });
}

function planText({ url, user, exists, private: isPrivate, files, bytes }: PushPlan): string {
	const whom = isPrivate ? 'private' : 'public: anybody can read it';
	return [
		`${byteSize(bytes)} in ${files.length} ${files.length === 1 ? 'file' : 'files'} to ${url} (${exists ? 'there already' : 'new'}, ${whom}) as ${user}:`,
		...files.map(({ path, size }) => `  ${path}  ${byteSize(size)}`),
	].join('\n');
}
