import { ok, type Result } from '../../../core/base/result';
import { WindsockError } from '../../../core/base/errors';
import { messageFor } from '../../../core/base/errorMessages';
import type { PreflightLine, RunSpec } from '../../../core/contract/runFiles.generated';
import {
	PreflightFold,
	type PreflightKind,
	type PreflightReport,
} from '../../../core/training/preflight/preflightReport';
import type { Progress } from '../../../core/training/launchRequest';
import { spentOnce } from '../../../core/training/preflight/spentOnce';
import type { PreparedTraining } from '../trainingPreparation';
import { hostPhase } from './hostPhase';
import { preflightContent } from './preflightContent';
import { rowsOfLines } from './rowsOfLines';

/** Milliseconds between two reports of what is known so far, at least. */
const pace = 300;
/** Of many rows a report takes a while to make and to take: so many times as long comes none. */
const rest = 10;

/** Runs the host's part, told line by line. */
export type HostPart = (onLine: (line: PreflightLine) => void) => Promise<Result<void>>;

/**
 * Makes a report of what the host says of a training, with the rows of the user's own files. A host
 * that fails after it has said something gives a report with the failure in it.
 */
export async function preflightTraining(
	training: PreparedTraining,
	spec: RunSpec,
	hostPart: HostPart,
	progress: Progress,
	onReport: (report: PreflightReport) => void = () => {},
): Promise<Result<PreflightReport>> {
	const fold = new PreflightFold(rowsOfLines(training.datasets));
	const leftOut = leftOutKinds(training);
	const hostName = training.prepared.host.name;
	const content = preflightContent(hostName, spec);
	const report = (failure?: WindsockError): PreflightReport => ({
		hostName,
		recipePath: spec.train?.recipePath ?? '',
		kinds: [...spentOnce(fold.kinds(), training.ownVotes), ...leftOut],
		datasets: training.datasets.map(({ record, stamp }) => ({
			split: record.split,
			source: record.source ?? record.path,
			...(stamp === undefined ? {} : { stamp }),
			sha256: record.sha256 ?? '',
		})),
		...(fold.summary === undefined ? {} : { summary: fold.summary }),
		...(failure === undefined ? {} : { failure: messageFor(failure) }),
		content,
	});
	let due = -Infinity;
	let hasSpoken = false;
	const ended = await hostPart(line => {
		fold.take(line);
		hasSpoken = true;
		if (line.line === 'progress') {
			progress.report(...hostPhase(line));
		} else if (performance.now() >= due) {
			const began = performance.now();
			onReport(report());
			const took = performance.now() - began;
			due = began + Math.max(pace, rest * took);
		}
	});
	if (ended.ok) {
		const reason = 'it ended in the middle';
		const cut = new WindsockError('remoteCommandFailed', { host: hostName, reason });
		return ok(report(fold.summary === undefined ? cut : undefined));
	}
	return hasSpoken && ended.error.code !== 'cancelled' ? ok(report(ended.error)) : ended;
}

/** What was left out of the data because it does not fit the method. */
function leftOutKinds({ datasets }: PreparedTraining): PreflightKind[] {
	return datasets.flatMap(({ leftOut }, dataset) => {
		const faulty = leftOut.filter(({ isWanted }) => isWanted !== true);
		return faulty.length === 0
			? []
			: [
					{
						part: 'data' as const,
						code: 'rowLeftOut',
						severity: 'warning' as const,
						dataset,
						rows: faulty.map(({ row }) => row),
						ofRow: new Map(faulty.map(({ row, reason }) => [row, { reason }])),
						values: {},
					},
				];
	});
}
