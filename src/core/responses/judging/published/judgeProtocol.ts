import type { Comparison } from '../../comparison';
import type { ExactRow } from '../../formats/exactRows';
import type { ChatMessage } from '../../promptSet';

/**
 * Ways to judge that were published, each done as its own code does it. `alpaca-eval` is AlpacaEval 2
 * (weighted by probabilities), `arena-hard` is Arena-Hard v2.0.
 */
export const judgeProtocols = [
	'mt-bench',
	'mt-bench-pair',
	'alpaca-eval',
	'alpaca-eval-1',
	'arena-hard',
	'arena-hard-v0.1',
] as const;
export type JudgeProtocol = (typeof judgeProtocols)[number];

/** What is sent: nothing but this, so that a judge is asked as the published code asks it. */
export interface ProtocolQuestion {
	readonly messages: readonly ChatMessage[];
	/** In the words of the API. */
	readonly sampling: { readonly max_tokens: number } & Readonly<Record<string, unknown>>;
}

export interface TokenLogprob {
	readonly token: string;
	readonly logprob: number;
}

export interface ProtocolReply {
	readonly text: string;
	readonly finishReason: string;
	/** Of each token of the reply, its likeliest alternatives. Absent where the endpoint gives none. */
	readonly topLogprobs?: readonly (readonly TokenLogprob[])[];
}

/** A row of the file that a protocol publishes, and the questions that it takes. */
export interface ProtocolRow {
	readonly promptId: string;
	readonly model: string;
	/** The model that it meets; absent where answers are graded alone. */
	readonly against?: string;
	/** Of the published file, below the folder of the protocol, with `/`. */
	readonly file: string;
	/** None where the protocol decides without the judge. */
	readonly questions: readonly ProtocolQuestion[];
	/** @param replies one to each question, in order */
	finish(replies: readonly ProtocolReply[], at: Date): FinishedRow;
}

export interface FinishedRow {
	/** As the protocol writes it. */
	readonly row: ExactRow;
	/**
	 * Above 0 `model` is better, below 0 `against` is; of an answer that is graded alone, its grade.
	 * Absent where a reply held no verdict.
	 */
	readonly value?: number;
	/** Of two games with a verdict each: the judge named another answer when they were swapped. */
	readonly flipped?: boolean;
}

export interface ProtocolRequest {
	readonly comparison: Comparison;
	/** What the judge's server calls it. */
	readonly judge: string;
	/** Label of the other side; absent for the one that was published, else for the first model. */
	readonly reference?: string;
	/** MT-Bench: replies of a judge to the questions that it is not trusted to answer, by question. */
	readonly references: ReadonlyMap<string, readonly string[]>;
	/** The bytes of the sha512 of a text in UTF-8 with its own bytes before them, as Python seeds. */
	readonly pythonSeed: (text: string) => Uint8Array;
}

export interface ProtocolRows {
	readonly rows: readonly ProtocolRow[];
	/** What the protocol has no place for or nothing to judge of, by reason. */
	readonly leftOut: ReadonlyMap<string, number>;
}

/** Puts texts into the places `{name}` of a template; what the texts hold themselves stays. */
export function filled(template: string, fields: Readonly<Record<string, string>>): string {
	return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole);
}
