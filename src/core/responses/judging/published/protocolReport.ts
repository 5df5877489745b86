import type { Comparison } from '../../comparison';
import { readAnswerFile, type PublishedResult } from '../../formats/readAnswerFile';
import type { Agreement } from '../../statistics/agreement';
import type { JudgeProtocol } from './judgeProtocol';
import { verdictAgreement } from '../verdict';
import { longerWins, type LongerWins } from '../longerWins';
import { protocolVerdicts, type JudgedRow } from './protocolVerdicts';
import { publishedFigures, type PublishedFigure } from './publishedFigures';

export interface ProtocolReport {
	readonly protocol: JudgeProtocol;
	readonly judge: string;
	/** Rows of the published form, and of them those without a verdict. */
	readonly rows: number;
	readonly unreadable: number;
	/** Share of pairs of games in which the judge named the other answer when they were swapped. */
	readonly flipRate?: number;
	/** Share of decided pairs of different length in which the longer answer won; 95% interval. */
	readonly longerWins?: LongerWins;
	/** With the user's own votes on the same prompts and models; said before any figure. */
	readonly votes?: Agreement;
	/** What each file comes to, by the code that reads published ones; paths with `/`. */
	readonly results: readonly ({ readonly path: string } & PublishedResult)[];
	/** Of the same judge, protocol and prompts; else empty. */
	readonly published: readonly PublishedFigure[];
}

export function protocolReport(
	judged: {
		readonly protocol: JudgeProtocol;
		readonly comparison: Comparison;
		readonly judge: string;
		readonly references: ReadonlyMap<string, readonly string[]>;
	},
	rows: readonly JudgedRow[],
	files: readonly { readonly path: string; readonly text: string }[],
	sha256: (text: string) => string,
): ProtocolReport {
	const { protocol, comparison, judge } = judged;
	const votes = verdictAgreement(comparison, protocolVerdicts(rows));
	const baselines = [...new Set(rows.flatMap(({ against }) => against ?? []))];
	return {
		protocol,
		judge,
		rows: rows.length,
		unreadable: rows.filter(({ value }) => value === undefined).length,
		...biasesOf(comparison, rows),
		...(votes ? { votes } : {}),
		results: files.flatMap(({ path, text }) => {
			const result = readAnswerFile(text)?.result;
			return result ? [{ path, ...result }] : [];
		}),
		published: publishedFigures(protocol, { ...judged, baselines }, sha256),
	};
}

/** What else is to be known of a judge before its figures. */
export function biasesOf(
	comparison: Comparison,
	rows: readonly JudgedRow[],
): Pick<ProtocolReport, 'flipRate' | 'longerWins'> {
	const games = rows.flatMap(({ flipped }) => flipped ?? []);
	const longer = longerWins(
		comparison,
		protocolVerdicts(rows.filter(({ against }) => against !== undefined)),
	);
	return {
		...(games.length > 0
			? { flipRate: games.filter(flipped => flipped).length / games.length }
			: {}),
		...(longer ? { longerWins: longer } : {}),
	};
}
