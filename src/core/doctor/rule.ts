import type { DoctorFinding, DoctorSource } from './finding';
import type { RunView } from './runView';

/** What a rule says where it fires; its code, title and sources stand with the rule. */
export type Verdict = Omit<DoctorFinding, 'code' | 'title' | 'sources'>;

/** One thing that can be wrong with a run, and how its curves show it. */
export interface DoctorRule {
	readonly code: string;
	readonly title: string;
	readonly sources: readonly DoctorSource[];
	/** Undefined where nothing is wrong, or too little is known to say so. */
	readonly check: (run: RunView) => Verdict | undefined;
}

export const ruleOfThumb: DoctorSource = { title: 'Rule of thumb' };
