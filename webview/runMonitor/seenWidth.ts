import { useEffect, useState } from 'preact/hooks';
import { panelKey, type Panel } from '../../src/core/metrics/panels';
import { chartMargins } from './chart/lineChart';
import type { MonitorState } from './state';

/** Follows a panel's inner width while it is near the visible part, and tells the state. */
export function useSeenWidth(
	frame: { readonly current: HTMLElement | null },
	state: MonitorState,
	panel: Panel,
): number {
	const [width, setWidth] = useState(0);
	const key = panelKey(panel);
	useEffect(() => {
		const element = frame.current;
		if (!element) {
			return undefined;
		}
		let its = { width: 0, isNear: false };
		const tell = (now: typeof its): void => {
			its = now;
			setWidth(now.width);
			const plot = Math.max(1, now.width - chartMargins) * window.devicePixelRatio;
			state.setSeen(key, now.isNear && now.width > 0 ? Math.round(plot) : 0);
		};
		const sizes = new ResizeObserver(([entry]) =>
			tell({ ...its, width: Math.floor(entry?.contentRect.width ?? 0) }),
		);
		const places = new IntersectionObserver(
			entries => tell({ ...its, isNear: entries.at(-1)?.isIntersecting ?? false }),
			{ rootMargin: '300px' },
		);
		sizes.observe(element);
		places.observe(element);
		return () => {
			sizes.disconnect();
			places.disconnect();
			state.setSeen(key, 0);
		};
	}, [key]);
	return width;
}
