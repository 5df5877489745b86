import { ok, type Result } from '../core/base/result';
import { findRunId } from '../core/training/modelRef';
import type { Services } from './services';

/** A run as `findRunId` takes it, `run:…` with the same, or `last` for the newest. */
export function findRun(services: Services, text: string): Result<string> {
	const runs = services.library.list();
	if (text === 'last' && runs[0] !== undefined) {
		return ok(runs[0].id);
	}
	return findRunId(text.replace(/^run:/, ''), runs);
}

/** Does something with the run that a person means. */
export async function withRun<T>(
	services: Services,
	text: string,
	work: (runId: string) => Promise<Result<T>>,
): Promise<Result<T>> {
	const found = findRun(services, text);
	return found.ok ? work(found.value) : found;
}
