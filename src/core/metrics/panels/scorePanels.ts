import { companionName, isScoreCompanion } from '../scoreNames';
import { panelId, type Panel, type PanelLine } from './panel';
import type { Present } from './panelLines';

/** So many scores stand right beneath the loss; the others under the heading of their evaluation. */
const mostBeneath = 4;

/** Of several figures of one task, what is usually quoted; the first that is there. */
const usual: readonly string[] = ['acc_norm', 'acc', 'exact_match', 'pass@1', 'score', 'win_rate'];

const healthy =
	'One point for each checkpoint, its bar the 95% interval: where bars overlap, the checkpoints may well be equally good. Scores can rise while the held-out loss does.';

/**
 * Panels of scores of checkpoints, whose metrics they take out of `present`. The main ones belong
 * beneath `loss`, the panel of the loss, so that quality stands beside it on the same axis.
 */
export function scorePanels(present: Present, loss: Panel | undefined): readonly Panel[] {
	const names = [...present.keys()].filter(name => onlyEvaluated(present, name));
	const has = (name: string): boolean => names.includes(name);
	const scores = names.filter(name => !isScoreCompanion(name, has));
	const main = new Set(loss === undefined ? [] : mainOf(scores));
	for (const name of names) {
		present.delete(name);
	}
	return [...new Set([...main, ...scores])].map(name => ({
		id: panelId(name),
		title: name,
		healthy,
		isExact: true,
		group: main.has(name) ? '' : groupOf(name),
		lines: linesOf(name, has),
		...(main.has(name) && loss ? { beneath: loss.id } : {}),
	}));
}

function onlyEvaluated(present: Present, name: string): boolean {
	const kinds = present.get(name);
	return kinds?.size === 1 && kinds.has('evaluation');
}

/** Scores of people and judges first, then the usual figure of each evaluation. */
function mainOf(scores: readonly string[]): readonly string[] {
	const own = scores.filter(name => !name.includes('/'));
	const evaluations = Map.groupBy(
		scores.filter(name => name.includes('/')),
		groupOf,
	);
	const usuals = Array.from(evaluations.values(), figures => usualOf(figures));
	return [...own, ...usuals].slice(0, mostBeneath);
}

function usualOf(figures: readonly string[]): string {
	const word = (name: string): string => (/[^/]+$/.exec(name)?.[0] ?? '').split(',')[0] ?? '';
	const ranked = usual.flatMap(figure => figures.filter(name => word(name) === figure));
	return ranked[0] ?? figures[0] ?? '';
}

function groupOf(name: string): string {
	const slash = name.indexOf('/');
	return slash > 0 ? name.slice(0, slash) : 'Scores';
}

function linesOf(score: string, has: (name: string) => boolean): readonly PanelLine[] {
	const bounds = (['low', 'high'] as const).flatMap(bound => {
		const metric = companionName(score, bound);
		return has(metric)
			? [
					{
						metric,
						kind: 'evaluation' as const,
						label: bound === 'low' ? 'lower end' : 'upper end',
						role: 0,
						bound,
					},
				]
			: [];
	});
	return [{ metric: score, kind: 'evaluation', label: 'checkpoints', role: 0 }, ...bounds];
}
