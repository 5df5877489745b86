import type { Comparison } from '../comparison';
import type { Agreement } from '../statistics/agreement';
import { windsockFigures, protocolFigures, type JudgedFigure } from './judgedFigures';
import { protocolTrustWords, trustWords } from './judgeWords';
import { judgeReport, windsockVerdicts } from './judgeReport';
import type { Judgment } from './pairJudge';
import type { JudgeProtocol } from './published/judgeProtocol';
import { biasesOf, type ProtocolReport } from './published/protocolReport';
import { protocolVerdicts, type JudgedRow } from './published/protocolVerdicts';
import type { PublishedFigure } from './published/publishedFigures';
import { spentJudgedWords, type IsSpent } from './spentJudged';
import { contradictedVotes, verdictAgreement, type Verdict } from './verdict';

/**
 * What a judge has said about a comparison, in one of two ways that never share a column. Kept as a
 * file beside it, so that agreement and shares follow the votes of today.
 */
export type Judged = {
	readonly schemaVersion: 1;
	/** What the judge's server calls it. */
	readonly judge: string;
	/** ISO 8601. */
	readonly time: string;
} & (
	| {
			readonly kind: 'windsock';
			readonly reference: string;
			readonly judgments: readonly Judgment[];
	  }
	| ({
			readonly kind: 'protocol';
			readonly rows: readonly JudgedRow[];
	  } & Pick<ProtocolReport, 'protocol' | 'results' | 'published'>)
);

/** The same for people. */
export interface JudgedView {
	readonly kind: Judged['kind'];
	readonly protocol?: JudgeProtocol;
	readonly judge: string;
	readonly time: string;
	/** What stands before any figure: agreement with the user's votes, flips, length, nonsense. */
	readonly trust: readonly string[];
	readonly votes?: Agreement;
	readonly figures: readonly JudgedFigure[];
	/** Of the same judge, protocol and prompts. */
	readonly published: readonly PublishedFigure[];
}

/** @param isSpent tells which prompts were exported for training */
export function judgedView(
	comparison: Comparison,
	judged: Judged,
	isSpent: IsSpent = () => false,
): JudgedView {
	const spent = spentJudgedWords(comparison, judged, isSpent);
	const { judge, time } = judged;
	if (judged.kind === 'windsock') {
		const report = judgeReport(comparison, judged.reference, judged.judgments);
		return {
			kind: judged.kind,
			judge,
			time,
			trust: [...trustWords(report), ...spent],
			...(report.votes ? { votes: report.votes } : {}),
			figures: windsockFigures(report),
			published: [],
		};
	}
	const { protocol, rows, published } = judged;
	const votes = verdictAgreement(comparison, protocolVerdicts(rows));
	const unreadable = rows.filter(({ value }) => value === undefined).length;
	return {
		kind: judged.kind,
		protocol,
		judge,
		time,
		trust: [
			...protocolTrustWords({
				...biasesOf(comparison, rows),
				...(votes ? { votes } : {}),
				rows: rows.length,
				unreadable,
			}),
			...spent,
		],
		...(votes ? { votes } : {}),
		figures: protocolFigures(judged),
		published,
	};
}

/** Prompts on which the user's votes and a judge say different things. */
export function judgedOtherwise(
	comparison: Comparison,
	all: readonly Judged[],
): ReadonlySet<string> {
	return new Set(
		all.flatMap(judged => [...contradictedVotes(comparison, verdictsOf(comparison, judged))]),
	);
}

/** Which of each two models a judge prefers, whatever way it judged. */
export function verdictsOf(comparison: Comparison, judged: Judged): readonly Verdict[] {
	return judged.kind === 'windsock'
		? windsockVerdicts(comparison, judged.reference, judged.judgments)
		: protocolVerdicts(judged.rows);
}
