import { WindsockError } from '../core/base/errors';
import { err, ok, type Result } from '../core/base/result';
import { expandRunId } from '../core/training/modelRef';
import type { Services } from './services';

/** A run named by its id, by a beginning or end that only it has, by a name of its own, or `last`. */
export function findRun(services: Services, text: string): Result<string> {
	const runs = services.library.list();
	const wanted = text.replace(/^run:/, '');
	if (wanted === 'last' && runs[0] !== undefined) {
		return ok(runs[0].id);
	}
	const named = runs.filter(run => run.name === wanted);
	if (named.length === 1 && named[0] !== undefined) {
		return ok(named[0].id);
	}
	const byId = expandRunId(
		wanted,
		runs.map(run => run.id),
	);
	return byId.ok ? byId : err(new WindsockError('runUnknown', { run: text }));
}
