import type { Agreement } from '../statistics/agreement';
import type { JudgeReport } from './judgeReport';
import type { ProtocolReport } from './published/protocolReport';

/** Votes below which chance cannot be told from agreement, so that no kappa is said. */
const fewest = 10;

/** Comes before any figure of a judge. */
export function agreementWords(votes: Agreement | undefined): string {
	if (votes === undefined) {
		return 'No vote of yours is on these prompts, so nothing says how far this judge agrees with you.';
	}
	const { same, items, kappa } = votes;
	const beyondChance =
		kappa && items >= fewest
			? `: kappa ${kappa.value.toFixed(2)} (${kappa.low.toFixed(2)} to ${kappa.high.toFixed(2)})`
			: '';
	return `Agrees with your votes on ${percent(same)} of ${items}${beyondChance}.`;
}

/** What is to be known of a judge that was asked Windsock's way, a sentence each. */
export function trustWords(report: JudgeReport): string[] {
	const { votes, unreadable, asked } = report;
	return [
		agreementWords(votes),
		...biasWords(report, 'those count as ties'),
		...(unreadable > 0 ? [`${percent(unreadable)} of ${asked} replies hold no verdict.`] : []),
	];
}

/** The same of one that follows a protocol; `unreadable` is a count of its judgments there. */
export function protocolTrustWords(
	report: Pick<ProtocolReport, 'votes' | 'flipRate' | 'longerWins' | 'rows' | 'unreadable'>,
): string[] {
	const { votes, unreadable, rows } = report;
	return [
		agreementWords(votes),
		...biasWords(report, 'the protocol counts both games'),
		...(unreadable > 0 ? [`${unreadable} of ${rows} judgments hold no verdict.`] : []),
	];
}

function biasWords(
	{ flipRate, longerWins }: Pick<JudgeReport, 'flipRate' | 'longerWins'>,
	whatBecomesOfFlips: string,
): string[] {
	return [
		...(flipRate === undefined
			? []
			: [
					`Names the other answer when they are swapped: ${percent(flipRate)}; ${whatBecomesOfFlips}.`,
				]),
		...(longerWins === undefined
			? []
			: [
					`The longer answer wins ${percent(longerWins.value)} of ${longerWins.pairs} (${percent(longerWins.low)} to ${percent(longerWins.high)}).`,
				]),
	];
}

function percent(share: number): string {
	return `${(100 * share).toFixed(0)}%`;
}
