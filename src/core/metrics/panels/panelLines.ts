import type { SeriesKind } from '../series';
import type { PanelLine, PresentMetric } from './panel';

const kindOrder: readonly SeriesKind[] = ['step', 'train', 'eval', 'evaluation', 'system'];

/** The lines of one metric: its kinds, and for each its files or GPUs, where a run has several. */
export type Present = Map<string, Map<SeriesKind, Set<string | undefined>>>;

export function presentOf(metrics: Iterable<PresentMetric>): Present {
	const present: Present = new Map();
	for (const { metric, kind, dataset } of metrics) {
		const kinds = present.get(metric) ?? new Map<SeriesKind, Set<string | undefined>>();
		present.set(metric, kinds.set(kind, (kinds.get(kind) ?? new Set()).add(dataset)));
	}
	return present;
}

/** The lines of a panel with these metrics, each with the word for it. */
export function linesOf(
	metrics: readonly (readonly [string, string])[],
	present: Present,
): readonly PanelLine[] {
	return told(
		kindOrder.flatMap(kind =>
			metrics.flatMap(([metric, word], role) => {
				const hasSteps = present.get(metric)?.has('step') === true;
				return partsOf(present.get(metric)?.get(kind), kind).map(dataset => ({
					metric,
					kind,
					role,
					label: lineLabel(word, kind, hasSteps, dataset),
					...(dataset === undefined ? {} : { dataset }),
				}));
			}),
		),
	);
}

/** How lines of one metric differ that would read alike. */
const kindWords: Readonly<Record<SeriesKind, string>> = {
	step: 'each step',
	train: 'training log',
	eval: 'held-out',
	evaluation: 'checkpoints',
	system: 'host',
};

/** Two kinds of one metric would carry the same word: then each says which it is. */
function told(lines: readonly PanelLine[]): readonly PanelLine[] {
	const alike = (line: PanelLine): boolean =>
		lines.some(other => other !== line && other.label === line.label && other.kind !== line.kind);
	return lines.map(line =>
		alike(line) ? { ...line, label: `${line.label}, ${kindWords[line.kind]}` } : line,
	);
}

/** Where each GPU has a line, the one for all of them together would only stand in its way. */
function partsOf(
	parts: ReadonlySet<string | undefined> | undefined,
	kind: SeriesKind,
): readonly (string | undefined)[] {
	const all = [...(parts ?? [])];
	return kind === 'system' && all.length > 1 ? all.filter(part => part !== undefined) : all;
}

function lineLabel(
	word: string,
	kind: SeriesKind,
	hasSteps: boolean,
	dataset: string | undefined,
): string {
	switch (kind) {
		case 'step':
			return 'each step';
		case 'evaluation':
			return 'checkpoints';
		case 'eval': {
			const heldOut = dataset === undefined ? 'held-out' : `held-out ${dataset}`;
			return word === '' ? heldOut : `${word}, ${heldOut}`;
		}
		case 'system':
			return (
				[dataset ?? '', word === '' || (word === 'GPU' && dataset !== undefined) ? '' : word]
					.filter(part => part !== '')
					.join(', ') || kind
			);
		case 'train':
			return word !== '' ? word : hasSteps ? 'train, mean' : kind;
	}
}
