import type { FindingCode } from './finding';

/** What each kind of finding means, whatever gave rise to it: for lists of kinds. */
export const meanings: Readonly<Record<FindingCode, string>> = {
	brokenRow: 'The row is not valid JSON; no trainer can read it.',
	emptyReply: 'The assistant says nothing.',
	chosenEqualsRejected: 'Chosen and rejected say the same, so the pair teaches nothing.',
	lowerCaseStart: 'A sentence of a reply begins with a small letter.',
	personalPreface: 'A reply begins with what the model is or has not: “As an AI …”.',
	duplicateRow: 'A row before this one says the same.',
	lastTurnByUser: 'The dialogue ends with the user, so there is no reply to learn.',
	refusal: 'A reply refuses what was asked for.',
	emptyTurn: 'A turn of the user or of the system is empty.',
	turnsNotAlternating: 'User and assistant do not take turns, as most chat templates ask.',
	tiedScores: 'Chosen and rejected have the same score.',
	scoresReversed: 'The rejected reply has the higher score.',
	scoreAgainstAspects: 'The overall score does not fit the ratings of the aspects.',
	repetition: 'A text says the same words again and again.',
	garbledText: 'Letters were read in the wrong encoding: “Ã©” for “é”.',
	emailAddress: 'A text holds an e-mail address.',
	phoneNumber: 'A text holds a telephone number.',
	secretKey: 'A text holds what looks like a key to a service.',
	lengthOutlier: 'The replies are far longer or shorter than others in the file.',
	otherLanguage: 'The replies are in another language than most of the file.',
	nearDuplicate: 'Another row says nearly the same.',
	promptInOtherSet: 'The prompt also stands in another set, such as an evaluation.',
	preflight: 'A check on a host, by the code that trains, has something to say about the row.',
};
