import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { BoardCard } from '../../src/protocol/graphBoard';

interface Edge {
	readonly key: string;
	readonly path: string;
	readonly isActive: boolean;
	readonly isDone: boolean;
	/** It brings data, no model. */
	readonly isData: boolean;
}

/** Lines from each stage to those that come of it, behind the cards. Screen readers get them as text. */
export function Edges(props: {
	readonly cards: readonly BoardCard[];
	readonly board: RefObject<HTMLDivElement | null>;
	/** The stage whose lines stand out. */
	readonly active: string | undefined;
}): JSX.Element {
	const { cards, board, active } = props;
	const [edges, setEdges] = useState<readonly Edge[]>([]);
	const [size, setSize] = useState({ width: 0, height: 0 });
	useLayoutEffect(() => {
		const element = board.current;
		if (element === null) {
			return undefined;
		}
		const measure = (): void => {
			setSize({ width: element.scrollWidth, height: element.scrollHeight });
			setEdges(edgesOf(element, cards, active));
		};
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		for (const card of element.querySelectorAll('.stage')) {
			observer.observe(card);
		}
		return () => observer.disconnect();
	}, [cards, active]);
	return (
		<svg class="edges" width={size.width} height={size.height} aria-hidden="true">
			{edges.map(({ key, path, isActive, isDone, isData }) => (
				<path
					key={key}
					d={path}
					class={`edge ${isDone ? 'edge-done' : ''} ${isData ? 'edge-data' : ''} ${isActive ? 'edge-active' : ''}`}
				/>
			))}
		</svg>
	);
}

function edgesOf(
	board: HTMLElement,
	cards: readonly BoardCard[],
	active: string | undefined,
): readonly Edge[] {
	const origin = board.getBoundingClientRect();
	const boxes = new Map(
		[...board.querySelectorAll<HTMLElement>('.stage')].map(element => [
			element.dataset['stage'],
			element.getBoundingClientRect(),
		]),
	);
	const data = new Set(cards.filter(({ kind }) => kind === 'data').map(({ name }) => name));
	const finished = new Set(
		cards.filter(({ state }) => state === 'finished').map(({ name }) => name),
	);
	return cards.flatMap(({ name, from }) =>
		from.flatMap(parent => {
			const [start, end] = [boxes.get(parent), boxes.get(name)];
			if (start === undefined || end === undefined) {
				return [];
			}
			const x1 = start.right - origin.left;
			const y1 = start.top + start.height / 2 - origin.top;
			const x2 = end.left - origin.left;
			const y2 = end.top + end.height / 2 - origin.top;
			const bend = Math.max(16, Math.min(60, (x2 - x1) / 2));
			const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
			return [
				{
					key: `${parent} ${name}`,
					path,
					isActive: active === parent || active === name,
					isDone: finished.has(parent),
					isData: data.has(parent),
				},
			];
		}),
	);
}
