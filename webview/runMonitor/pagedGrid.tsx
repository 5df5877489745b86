import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Panel } from '../../src/core/metrics/panels';

/** So many panels come at a time: two or three pages of a large window. */
const batch = 48;

/** A grid of panels of which further ones come as the end comes near; a run may have thousands. */
export function PagedGrid(props: {
	readonly panels: readonly Panel[];
	readonly view: (panel: Panel) => JSX.Element;
}): JSX.Element | null {
	const { panels, view } = props;
	const [count, setCount] = useState(batch);
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
			<div class="grid">{panels.slice(0, count).map(view)}</div>
			{hasMore && (
				<button type="button" class="more-panels" ref={end} onClick={() => setCount(count + batch)}>
					{panels.length - count} more
				</button>
			)}
		</>
	);
}
