import { Emitter } from '../../src/core/base/emitter';
import { WindsockError } from '../../src/core/base/errors';
import { err, ok } from '../../src/core/base/result';
import { ComparisonMaps } from '../../src/node/rewardMaps/comparisonMaps';

/** Of a folder without runs: nothing was scored, and nothing can be. */
export function noRewardMaps(): ComparisonMaps {
	const library = {
		list: () => [],
		mirrored: () => undefined,
		stop: () => Promise.resolve(ok()),
		watch: () => ({ dispose: () => {} }),
		onDidChange: new Emitter<{ readonly runId: string }>().event,
	};
	const refused = err(new WindsockError('runUnknown', { run: 'any' }));
	return new ComparisonMaps(library, { launch: () => Promise.resolve(refused) });
}
