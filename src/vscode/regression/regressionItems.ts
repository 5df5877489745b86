import type { Prompt } from '../../core/responses/promptSet';
import type { Regression } from '../../core/responses/regression/regression';

interface RegressionItem {
	readonly label: string;
	readonly description: string;
	readonly detail?: string;
}

/** A regression as a list for people: what changed sides, what fails or is not known, and how each model stands. */
export function regressionItems(
	{ models, flips, prompts: pinned }: Regression,
	prompts: readonly Prompt[],
): {
	readonly title: string;
	readonly items: readonly (RegressionItem | { readonly separator: string })[];
} {
	const words = (id: string): string => {
		const prompt = prompts.find(one => one.id === id);
		const asked = prompt?.messages.findLast(({ role }) => role === 'user')?.content ?? '';
		return asked.trim().replaceAll(/\s+/g, ' ').slice(0, 160);
	};
	const flipped = flips.map(({ promptId, from, to, now }): RegressionItem => ({
		label: `$(${now === 'fails' ? 'error' : 'pass'}) ${promptId}`,
		description: `${from} → ${to}: now ${now}`,
		detail: words(promptId),
	}));
	const failed = models.flatMap(({ label, answers }) =>
		answers
			.filter(({ verdict }) => verdict !== 'pass')
			.map(({ promptId, verdict, reasons }): RegressionItem => ({
				label: `$(${verdict === 'fail' ? 'error' : 'question'}) ${promptId}`,
				description: `${label} ${verdict === 'fail' ? 'fails' : 'is not known'}`,
				detail: reasons.join('; ').replaceAll(/\s+/g, ' ').slice(0, 200),
			})),
	);
	const worse = flips.filter(({ now }) => now === 'fails').length;
	return {
		title:
			flips.length === 0
				? `Regression Set: ${models.length > 1 ? 'no prompt changed sides' : `${pinned} pinned`}`
				: `Regression Set: ${flips.length} changed sides, ${worse} for the worse`,
		items: [
			...part('Changed sides', flipped),
			...part('Failed or not known', failed),
			...part(
				'Models',
				models.map(one => ({
					label: one.label,
					description: `${one.passed} of ${pinned} passed${one.unknown > 0 ? `, ${one.unknown} not known` : ''}`,
				})),
			),
		],
	};
}

function part(
	separator: string,
	items: readonly RegressionItem[],
): (RegressionItem | { readonly separator: string })[] {
	return items.length === 0 ? [] : [{ separator }, ...items];
}
