import { brokenRow } from './brokenRow';
import type { Check, Severity } from './check';
import { chosenEqualsRejected } from './chosenEqualsRejected';
import { duplicateRow } from './duplicateRow';
import { emptyReply } from './emptyReply';
import { emptyTurn } from './emptyTurn';
import { findingCodes, type Finding, type FindingCode } from './finding';
import { lastTurnByUser } from './lastTurnByUser';
import { lowerCaseStart } from './lowerCaseStart';
import { personalPreface } from './personalPreface';
import { refusal } from './refusal';
import { emailAddress } from './emailAddress';
import { garbledText } from './garbledText';
import { lengthOutlier } from './lengthOutlier';
import { nearDuplicate } from './nearDuplicate';
import { otherLanguage } from './otherLanguage';
import { phoneNumber } from './phoneNumber';
import { preflight } from './preflight';
import { promptInOtherSet } from './promptInOtherSet';
import { repetition } from './repetition';
import { scoreAgainstAspects } from './scoreAgainstAspects';
import { scoresReversed } from './scoresReversed';
import { secretKey } from './secretKey';
import { tiedScores } from './tiedScores';
import { turnsNotAlternating } from './turnsNotAlternating';

/** Every check by the code of its findings. */
const byCode: Readonly<Record<FindingCode, Check>> = {
	brokenRow,
	emptyReply,
	chosenEqualsRejected,
	lowerCaseStart,
	personalPreface,
	duplicateRow,
	lastTurnByUser,
	refusal,
	emptyTurn,
	turnsNotAlternating,
	tiedScores,
	scoresReversed,
	scoreAgainstAspects,
	repetition,
	garbledText,
	emailAddress,
	phoneNumber,
	secretKey,
	lengthOutlier,
	otherLanguage,
	nearDuplicate,
	promptInOtherSet,
	preflight,
};

/** In the order of the codes. */
export const checks: readonly Check[] = findingCodes.map(code => byCode[code]);

export function severityOf(code: FindingCode): Severity {
	return byCode[code].severity;
}

export function shortNameOf(code: FindingCode): string {
	return byCode[code].shortName;
}

export function sentenceFor(finding: Finding): string {
	return byCode[finding.code].sentence(finding.detail);
}

/** The code that a word in a filter means: the code itself or another name of it; case is nothing. */
export function findingCodeNamed(word: string): FindingCode | undefined {
	const wanted = word.toLowerCase();
	return checks.find(
		({ code, otherNames }) => code.toLowerCase() === wanted || otherNames?.includes(wanted),
	)?.code;
}
