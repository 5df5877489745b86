import type { Verdict } from '../verdict';
import type { FinishedRow, ProtocolRow } from './judgeProtocol';

/** A row with what the judge made of it. */
export interface JudgedRow extends Pick<ProtocolRow, 'promptId' | 'model' | 'against'> {
	readonly value?: FinishedRow['value'];
	readonly flipped?: FinishedRow['flipped'];
}

/** Turns of a prompt add up; answers that were graded alone are compared by their mean grade. */
export function protocolVerdicts(judged: readonly JudgedRow[]): Verdict[] {
	const known = judged.flatMap(row =>
		row.value === undefined ? [] : [{ ...row, value: row.value }],
	);
	const met = Map.groupBy(
		known.filter(({ against }) => against !== undefined),
		({ promptId, model, against }) => JSON.stringify([promptId, model, against]),
	);
	const verdicts = [...met.values()].flatMap((rows): Verdict[] => {
		const [first] = rows;
		return first?.against === undefined
			? []
			: [verdictOf(first.promptId, [first.model, first.against], sumOf(rows))];
	});
	const alone = Map.groupBy(
		known.filter(({ against }) => against === undefined),
		({ promptId }) => promptId,
	);
	for (const [promptId, rows] of alone) {
		const grades = [...Map.groupBy(rows, ({ model }) => model)].map(
			([model, its]) => [model, sumOf(its) / its.length] as const,
		);
		grades.forEach(([model, grade], i) => {
			for (const [other, theirs] of grades.slice(i + 1)) {
				verdicts.push(verdictOf(promptId, [model, other], grade - theirs));
			}
		});
	}
	return verdicts;
}

function verdictOf(promptId: string, models: readonly [string, string], lead: number): Verdict {
	// Sums of halves and of probabilities: a draw may miss 0 by a rounding error.
	const isTie = Math.abs(lead) < 1e-9;
	return { promptId, models, ...(isTie ? {} : { winner: lead > 0 ? models[0] : models[1] }) };
}

function sumOf(rows: readonly { readonly value: number }[]): number {
	return rows.reduce((sum, { value }) => sum + value, 0);
}
