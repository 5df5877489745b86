import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { HostProbe } from '../../core/contract/runFiles.generated';
import type { Host, OperationOptions } from '../../core/hosts/host';
import { probeFrom } from '../hosts/hostAnswer';
import type { HostPreparation } from './hostPreparation';
import { callPackage, type PreparedHost } from './preparedHost';

export interface ProbedHost {
	readonly facts: HostProbe;
	/** Milliseconds for a question and its answer, as a median of several. */
	readonly roundTrip: number;
}

/** Looks at a host: what is there, what is free, and how far away it is. */
export async function probeHost(
	preparation: HostPreparation,
	name: string,
	options: OperationOptions = {},
): Promise<Result<ProbedHost>> {
	const prepared = await preparation.prepare(name, options);
	if (!prepared.ok) {
		return prepared;
	}
	const answer = await callPackage(
		prepared.value,
		['probe', ...rootWords(prepared.value), ...environmentWords(prepared.value)],
		options,
	);
	if (!answer.ok) {
		return answer;
	}
	const facts = probeFrom(answer.value);
	if (facts === undefined) {
		const reason = 'its answer is not that of a probe';
		return err(new WindsockError('remoteCommandFailed', { host: name, reason }));
	}
	const roundTrip = await roundTripOf(prepared.value.host, options);
	return roundTrip.ok ? ok({ facts, roundTrip: roundTrip.value }) : roundTrip;
}

/** Where the runs are, for commands that look at the place. */
export function rootWords({ layout }: PreparedHost): string[] {
	return ['--run-root', layout.runs];
}

function environmentWords({ layout, lockHash }: PreparedHost): string[] {
	return ['--env-root', layout.envs, '--lock-hash', lockHash];
}

/** A look at one file: over SSH it is one message each way, where a command would start a shell. */
async function roundTripOf(host: Host, options: OperationOptions): Promise<Result<number>> {
	const times: number[] = [];
	for (let n = 0; n < 3; n++) {
		const begun = performance.now();
		const looked = await host.stat('/', options);
		if (!looked.ok) {
			return looked;
		}
		times.push(performance.now() - begun);
	}
	return ok(times.toSorted((a, b) => a - b)[1] ?? 0);
}
