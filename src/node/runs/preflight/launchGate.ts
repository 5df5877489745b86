import { messageFor } from '../../../core/base/errorMessages';
import { WindsockError, type ErrorCode } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import type { RunSpec } from '../../../core/contract/runFiles.generated';
import type { Progress } from '../../../core/training/launchRequest';
import type { LaunchGate } from '../../../core/training/preflight/launchGate';
import type { PreflightReport } from '../../../core/training/preflight/preflightReport';
import type { PreparedTraining } from '../trainingPreparation';
import { preflightOnHost } from './hostPreflight';
import { preflightContent } from './preflightContent';
import { preflightTraining } from './trainingPreflight';

/** Bytes of data that a login node is asked to look at; of more a check makes a job. */
const mostOnLoginNode = 64e6;

/** With these the launch itself would fail as well. */
const fatal: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['cancelled', 'connectionLost']);

/**
 * Lets a launch whose inputs are sent go on, or not. What the gate asks for is the quick part of a
 * preflight, which needs no environment; nothing is asked where the same content has passed before,
 * or where it would be work for a login node.
 *
 * @returns the spec with the foreign code that is agreed to
 */
export async function passGate(
	training: PreparedTraining,
	spec: RunSpec,
	gate: LaunchGate | undefined,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<RunSpec>> {
	if (gate === undefined) {
		return ok(spec);
	}
	const { prepared } = training;
	const content = preflightContent(prepared.host.name, spec);
	const bytes = training.inputs.files.reduce((sum, { size }) => sum + size, 0);
	const isTooMuch = prepared.settings.scheduler !== undefined && bytes > mostOnLoginNode;
	if (isTooMuch || gate.hasPassed(content)) {
		return ok(withTrust(spec, gate.trusted));
	}
	const checked = await preflightTraining(
		training,
		spec,
		onLine => preflightOnHost(prepared, spec, ['--quick'], onLine, progress, signal),
		progress,
		report => gate.onReport(report),
	);
	if (!checked.ok && fatal.has(checked.error.code)) {
		return checked;
	}
	const report = checked.ok ? checked.value : failedReport(training, spec, checked.error);
	const decision = await gate.decide(report, signal);
	return decision === undefined || signal?.aborted === true
		? err(new WindsockError('cancelled', { what: 'launch' }))
		: ok(withTrust(spec, decision.trusted));
}

/** A check that cannot be made is no reason against a launch; it is said all the same. */
function failedReport(
	{ prepared }: PreparedTraining,
	spec: RunSpec,
	error: WindsockError,
): PreflightReport {
	return {
		hostName: prepared.host.name,
		recipePath: spec.train?.recipePath ?? '',
		kinds: [],
		datasets: [],
		failure: messageFor(error),
		content: preflightContent(prepared.host.name, spec),
	};
}

/** The spec with these among the hashes that it trusts. */
export function withTrust(spec: RunSpec, trusted: readonly string[]): RunSpec {
	return spec.train === undefined || trusted.length === 0
		? spec
		: {
				...spec,
				train: {
					...spec.train,
					trusted: [...new Set([...(spec.train.trusted ?? []), ...trusted])],
				},
			};
}
