import type { Look, PanelDrawing, Smoothing } from '../../core/metrics/drawing';
import type { MetricSource } from '../../core/metrics/metricSource';
import { packDrawing } from '../../core/metrics/packedDrawing';
import {
	PanelDrawer,
	roomyRange,
	wholeRange,
	type DrawingOptions,
} from '../../core/metrics/panelDrawing';
import { panelKey, type Panel } from '../../core/metrics/panels';
import type { XRange } from '../../core/metrics/reduction';
import type { Axis } from '../../core/metrics/series';
import type { DrawnPanel, Drawings, MonitorLook, SeenPanel } from '../../protocol/runMonitor';

/** An axis may grow by this share before lines that did not change are drawn again for it. */
const drift = 0.02;

/** Draws what a page looks at, all of it or only what changed. */
export class MonitorDrawings {
	readonly #drawer = new PanelDrawer();
	/** The axis that the page has all lines for, and of which look. */
	#drawn: { readonly look: number; readonly range: XRange } | undefined;
	/** See `SmoothedSeries`; kept so that no point that comes changes older averages. */
	readonly #reach = new Map<Axis, number | undefined>();
	#smoothing: Smoothing['kind'] = 'none';

	/** The runs are others, or were read anew. */
	forget(): void {
		this.#drawn = undefined;
		this.#reach.clear();
	}

	/**
	 * @param changed the sources with new points; undefined: everything is drawn
	 * @yields wherever the thread may be left free
	 */
	*draw(
		panels: readonly Panel[],
		all: readonly MetricSource[],
		look: MonitorLook,
		changed: ReadonlySet<string> | undefined,
	): Generator<void, Drawings> {
		const shown = all.filter(source => !look.hidden.includes(source.id));
		const exact = wholeRange(shown, look.axis);
		const goesOn = shown.some(({ run }) => run !== undefined && isLive(run.state));
		const whole = goesOn ? roomyRange(exact) : exact;
		const range = look.zoom ?? whole;
		const isSame = this.#drawn?.look === look.look && isNear(this.#drawn.range, range);
		const only = isSame ? changed : undefined;
		const options = { look, range, reach: this.#reachOf(shown, look), only };
		const drawn: DrawnPanel[] = [];
		for (const seen of look.seen) {
			const drawing = yield* this.#drawSeen(panels, shown, seen, options);
			if (drawing) {
				drawn.push({
					...packDrawing(drawing),
					...(only && !drawing.clip ? { only: [...only] } : {}),
				});
			}
		}
		const overview = look.overview
			? yield* this.#drawSeen(panels, shown, look.overview, {
					...options,
					look: { ...look, smoothing: { kind: 'none' }, clipOutliers: false },
					range: whole,
					only: undefined,
				})
			: undefined;
		if (!only) {
			this.#drawn = { look: look.look, range };
		}
		return {
			look: look.look,
			whole,
			panels: drawn,
			...(overview ? { overview: packDrawing(overview) } : {}),
		};
	}

	*#drawSeen(
		panels: readonly Panel[],
		shown: readonly MetricSource[],
		seen: SeenPanel,
		options: Omit<DrawingOptions, 'pixels'>,
	): Generator<void, PanelDrawing | undefined> {
		const panel = panels.find(candidate => panelKey(candidate) === seen.panel);
		return panel
			? yield* this.#drawer.draw(panel, shown, { ...options, pixels: seen.pixels })
			: undefined;
	}

	/**
	 * How long the axis is by what can be known of it: to the end of runs that have ended, and to the
	 * last step that a live run plans. It stays until the choice of runs or of the average changes.
	 */
	#reachOf(shown: readonly MetricSource[], { axis, smoothing }: Look): number | undefined {
		if (this.#smoothing !== smoothing.kind) {
			this.#smoothing = smoothing.kind;
			this.#reach.clear();
		}
		if (smoothing.kind !== 'timeWeighted' || this.#reach.has(axis)) {
			return this.#reach.get(axis);
		}
		const ended = shown.filter(({ run }) => run === undefined || !isLive(run.state));
		const planned = shown.flatMap(({ run }) =>
			axis === 'step' && run?.maxSteps !== undefined ? [run.maxSteps] : [],
		);
		const { min, max } = wholeRange(ended, axis);
		const reach = Math.max(0, ...planned, ended.length > 0 ? max - min : 0);
		this.#reach.set(axis, reach > 0 ? reach : undefined);
		return this.#reach.get(axis);
	}
}

function isLive(state: string): boolean {
	return ['queued', 'preparing', 'running', 'stopping'].includes(state);
}

function isNear(a: XRange, b: XRange): boolean {
	const length = a.max - a.min;
	return Math.abs(a.min - b.min) + Math.abs(a.max - b.max) <= drift * length;
}
