import type { RecognisedRow } from '../example';
import type { Finding, FindingCode } from './finding';
import type { PhraseList } from './phraseList';
import type { TextProfile } from './textProfile';

/** Only what no trainer can read is an error; the rest may be meant. */
export type Severity = 'error' | 'warning';

/** One text of an example with what stands around it. */
export interface CheckedText {
	readonly text: string;
	/** What the user has said before, for a reply. */
	readonly prompt: string | undefined;
	readonly phrases: PhraseList;
	/** Of `text`; valid until the next text is looked at. */
	readonly profile: TextProfile;
}

/** What a check found in a text, and where. */
export type Place = Required<Pick<Finding, 'detail' | 'start' | 'end'>>;

/**
 * Which texts a check reads. Replies are those that a model is pulled towards: a rejected one, or
 * one that is marked as undesirable, may be as bad as it likes. Learnt texts are replies and plain
 * texts.
 */
export type CheckedPlace = 'replies' | 'learnt' | 'anywhere';

/** One kind of finding: its words, and the function that looks for it. */
export interface Check {
	readonly code: FindingCode;
	readonly severity: Severity;
	/** For lists and marks. */
	readonly shortName: string;
	/** Other words by which a filter may ask for it. */
	readonly otherNames?: readonly string[];
	/** A whole sentence for people. */
	readonly sentence: (detail: string | undefined) => string;
	/** Looks at a row as a whole. Checks that need the whole file have neither function. */
	readonly ofRow?: (row: RecognisedRow) => Finding[];
	/** Looks at one text. */
	readonly ofText?: (checked: CheckedText) => Place | undefined;
	/** Where `ofText` looks. */
	readonly place?: CheckedPlace;
}
