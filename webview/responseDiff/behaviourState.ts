import { signal } from '@preact/signals';
import type { BehaviourAnswer } from '../../src/protocol/answerBehaviour';

/** The prompts of one bar; the list shows only these. */
export interface BarFilter {
	/** Tells bars apart; the same for the same bar after its figures changed. */
	readonly key: string;
	/** For the chip: “dpo: has a list”. */
	readonly words: string;
	readonly promptIds: ReadonlySet<string>;
}

export const behaviourShown = signal(false);
export const behaviour = signal<BehaviourAnswer | undefined>(undefined);
/** Answers are looked through. */
export const behaviourBusy = signal(false);
/** Tag whose prompts are looked at; empty for all. */
export const behaviourTag = signal('');
/** Names a model, so it is never kept beyond this page, and goes when names are hidden. */
export const barFilter = signal<BarFilter | undefined>(undefined);
