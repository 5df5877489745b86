import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { findRunId } from '../../core/training/modelRef';
import type { FoundRun } from '../../node/runs/runAttachment';
import { table, type Answer } from '../output';
import type { Services } from '../services';

/** The runs of a host, also those that were launched from elsewhere. */
export async function runsOfHost(
	services: Services,
	host: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const found = await services.attachment.find(host, { signal });
	if (!found.ok) {
		return found;
	}
	const list = found.value.map(({ state, isHere }) => ({ ...state, isHere }));
	const rows = found.value.map(({ state, isHere }) => [
		state.id,
		state.state,
		state.step === undefined || state.step === null ? '' : `${state.step}/${state.maxSteps ?? '?'}`,
		state.name ?? '',
		isHere ? 'here' : '',
	]);
	const heading = ['ID', 'STATE', 'STEP', 'NAME', ''];
	return ok({
		json: { host, runs: list },
		text: list.length === 0 ? `No runs on ${host} yet.` : table([heading, ...rows]),
	});
}

/** Takes a run that was launched elsewhere into this folder. */
export async function attach(
	services: Services,
	run: string,
	{ host }: { readonly host: string },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const found = await services.attachment.find(host, { signal });
	if (!found.ok) {
		return found;
	}
	const newest = found.value[0]?.state.id;
	const id =
		run === 'last' && newest !== undefined ? ok(newest) : findRunId(run, named(found.value));
	if (!id.ok) {
		return err(new WindsockError(id.error.code, { ...id.error.details, host }));
	}
	const attached = await services.attachment.attach(host, id.value, { signal });
	if (!attached.ok) {
		return attached;
	}
	const synced = await services.library.sync(id.value);
	const summary = services.library.get(id.value);
	const lost = summary?.state === 'lost' ? `\nIts host rebooted: windsock resume ${id.value}` : '';
	return synced.ok
		? ok({ json: { run: summary }, text: `${id.value} of ${host} is in this folder now.${lost}` })
		: synced;
}

function named(found: readonly FoundRun[]): Parameters<typeof findRunId>[1] {
	return found.map(({ state }) => ({
		id: state.id,
		name: state.name ?? state.id,
		state: state.state,
	}));
}
