/** What may stand beside a score: the ends of its interval, its standard error, and how many. */
export type ScoreCompanion = 'low' | 'high' | 'stderr' | 'n';

const companions: readonly ScoreCompanion[] = ['low', 'high', 'stderr', 'n'];
/** How lm-evaluation-harness names the number of examples of a task. */
const counts: ReadonlySet<string> = new Set(['sample_len', 'sample_count', 'n']);

/**
 * The name under which a score's companion is logged: `mt-bench_low`, and, as in
 * lm-evaluation-harness, `arc/acc_stderr,none` for `arc/acc,none`.
 */
export function companionName(score: string, companion: ScoreCompanion): string {
	const comma = score.indexOf(',', score.lastIndexOf('/') + 1);
	const end = comma < 0 ? score.length : comma;
	return `${score.slice(0, end)}_${companion}${score.slice(end)}`;
}

/** The score that a name belongs to as a companion; undefined for a name that is none by its form. */
export function scoreOfCompanion(name: string): string | undefined {
	const slash = name.lastIndexOf('/');
	const comma = name.indexOf(',', slash + 1);
	const end = comma < 0 ? name.length : comma;
	const stem = name.slice(0, end);
	const found = companions.find(companion => stem.endsWith(`_${companion}`));
	return found === undefined ? undefined : stem.slice(0, -found.length - 1) + name.slice(end);
}

/** Whether a name says how a score came about, so that it is no score of its own. */
export function isScoreCompanion(name: string, has: (score: string) => boolean): boolean {
	const score = scoreOfCompanion(name);
	return (score !== undefined && has(score)) || counts.has(name.slice(name.lastIndexOf('/') + 1));
}

/** The names under which the number of examples behind a score may stand, the nearest first. */
export function countNames(score: string): readonly string[] {
	const folder = score.slice(0, score.lastIndexOf('/') + 1);
	return [
		companionName(score, 'n'),
		...(folder === '' ? [] : Array.from(counts, name => folder + name)),
	];
}
