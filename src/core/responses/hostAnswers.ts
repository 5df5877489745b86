import type { Result } from '../base/result';
import type { ChatMessage } from './promptSet';

/** One prompt for models whose weights lie on a host. */
export interface HostQuestion {
	readonly hostName: string;
	readonly refs: readonly string[];
	readonly messages: readonly ChatMessage[];
	readonly signal: AbortSignal;
	/** Hears each answer as it comes, and whether it was cut at the limit of tokens. */
	readonly onAnswer: (ref: string, text: string, isCut: boolean) => void;
}

/** Asks as a job of the host. Ends when all have answered or the job has; what failed is its result. */
export type AskOnHost = (question: HostQuestion) => Promise<Result<void>>;
