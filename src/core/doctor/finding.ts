import type { SeriesKind } from '../metrics/series';

/** `info` is worth knowing and no alarm: a sound run may show it too. */
export type DoctorSeverity = 'error' | 'warning' | 'info';

/** Where in a run a finding shows. */
export interface DoctorEvidence {
	readonly metric: string;
	readonly kind: SeriesKind;
	/** The held-out file, where a run has several. */
	readonly dataset?: string;
	/** First and last step, both included; the same for one step. */
	readonly from: number;
	readonly to: number;
	/** The values that speak, for people: `0.693 → 0.694`. */
	readonly values: string;
}

/** What a finding rests on: a paper, an issue, a guide. Without address a rule of thumb of our own. */
export interface DoctorSource {
	readonly title: string;
	readonly url?: string;
}

/** What the doctor says about one run. */
export interface DoctorFinding {
	/** Stable, for scripts: `dpoStart`. */
	readonly code: string;
	readonly severity: DoctorSeverity;
	/** Two to five words. */
	readonly title: string;
	/** What was seen, as one plain sentence. */
	readonly sentence: string;
	/** What to do about it, as one plain sentence. */
	readonly advice: string;
	/** The most telling first; never empty. */
	readonly evidence: readonly DoctorEvidence[];
	readonly sources: readonly DoctorSource[];
	/** Keys of the recipe to set for the next run; null takes a key out. Absent: nothing to change. */
	readonly changes?: Readonly<Record<string, unknown>>;
}
