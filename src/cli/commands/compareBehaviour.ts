import { behaviourShift, type BehaviourSlice } from '../../core/responses/behaviour/behaviourShift';
import {
	distinctivePhrases,
	type DistinctivePhrase,
} from '../../core/responses/behaviour/distinctivePhrases';
import { traitIds, traitNames } from '../../core/responses/behaviour/trait';
import type { Comparison } from '../../core/responses/comparison';
import { table } from '../output';

/** What the models' answers are like, and what tells each from the first one. */
export interface Behaviour {
	readonly slices: readonly BehaviourSlice[];
	readonly phrases: Readonly<Record<string, readonly DistinctivePhrase[]>>;
}

/** Phrases of a model that the text names; the document has more. */
const phrasesSaid = 6;

export function behaviourOf(comparison: Comparison): Behaviour {
	const [reference, ...others] = comparison.header.models.map(({ label }) => label);
	return {
		slices: behaviourShift(comparison),
		phrases: Object.fromEntries(
			others.map(label => [label, distinctivePhrases(comparison, label, reference ?? '')]),
		),
	};
}

/** The traits that some model shows, a `*` where the shift from the first model is clear. */
export function behaviourText({ slices, phrases }: Behaviour): string {
	const all = slices[0];
	if (!all || all.models.every(({ answers }) => answers === 0)) {
		return '';
	}
	const mark = (isClear: boolean | undefined): string => (isClear === true ? '*' : '');
	const shown = traitIds.filter((_, i) =>
		all.models.some(({ traits }) => (traits[i]?.answers ?? 0) > 0),
	);
	const rows = [
		[
			'characters',
			...all.models.map(
				({ characters, charactersShift }) =>
					`${characters?.value.toFixed(0) ?? ''}${mark(charactersShift?.isClear)}`,
			),
		],
		...shown.map(trait => [
			traitNames[trait],
			...all.models.map(({ traits }) => {
				const found = traits.find(one => one.trait === trait);
				return found?.share === undefined
					? ''
					: `${(100 * found.share.value).toFixed(1)}%${mark(found.shift?.isClear)}`;
			}),
		]),
	];
	const words = Object.entries(phrases)
		.filter(([, found]) => found.length > 0)
		.map(
			([label, found]) =>
				`${label} says more often: ${found
					.slice(0, phrasesSaid)
					.map(
						({ phrase, answers, referenceAnswers }) => `“${phrase}” ${answers}:${referenceAnswers}`,
					)
					.join(', ')}\n`,
		);
	const title = [['ANSWERS', ...all.models.map(({ label }) => label)]];
	const isMarked = rows.some(row => row.some(cell => cell.endsWith('*')));
	return (
		`\n${table([...title, ...rows])}` +
		(isMarked ? '* differs from the first model beyond chance (95 %, paired by prompt)\n' : '') +
		words.join('')
	);
}
