import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Panel } from '../../src/core/metrics/panels';

/** So many panels come at a time: two or three pages of a large window. */
const batch = 48;

/** A grid of panels of which further ones come as the end comes near; a run may have thousands. */
export function PagedGrid(props: {
	readonly panels: readonly Panel[];
	readonly view: (panel: Panel) => JSX.Element;
	/** How many panels stand before these; far down they come only when they are scrolled to. */
	readonly before?: number;
}): JSX.Element | null {
	const { panels, view, before = 0 } = props;
	const [count, setCount] = useState(before < batch ? batch : 0);
	const end = useRef<HTMLButtonElement>(null);
	const hasMore = panels.length > count;
	useEffect(() => {
		if (!end.current) {
			return undefined;
		}
		const observer = new IntersectionObserver(
			([entry]) => {
				if (entry?.isIntersecting === true) {
					setCount(known => known + batch);
				}
			},
			{ rootMargin: '600px' },
		);
		observer.observe(end.current);
		return () => observer.disconnect();
		// Observed anew after each batch: an end that stays in sight reports only once.
	}, [hasMore, count]);
	if (panels.length === 0) {
		return null;
	}
	return (
		<>
			{count > 0 && <div class="grid">{panels.slice(0, count).map(view)}</div>}
			{hasMore && (
				<button type="button" class="more-panels" ref={end} onClick={() => setCount(count + batch)}>
					{panels.length - count} {count === 0 ? 'panels' : 'more'}
				</button>
			)}
		</>
	);
}
