import { ok, type Result } from '../../core/base/result';
import type { Answer, Output } from '../output';
import type { Services } from '../services';

export async function logs(
	services: Services,
	output: Output,
	runId: string,
	options: { readonly follow?: boolean },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const synced = await services.library.sync(runId);
	if (!synced.ok) {
		output.warn(synced.error);
	}
	const log = services.library.log(runId);
	if (options.follow !== true) {
		return ok({ json: { runId, log }, text: log });
	}
	output.stream(log);
	const listening = services.library.onDidAppendLog(({ runId: of, text }) => {
		if (of === runId) {
			output.stream(text);
		}
	});
	const ended = await services.library.waitForEnd(runId, signal);
	listening.dispose();
	return ended.ok ? ok({ json: { runId, log: services.library.log(runId) }, text: '' }) : ended;
}
