import { signal } from '@preact/signals';
import type { Panel } from '../../../src/core/metrics/panels';
import type { XRange } from '../../../src/core/metrics/reduction';
import type { Axis } from '../../../src/core/metrics/series';
import { snap, type CursorPoint } from '../cursorPoints';
import type { ModelLine } from '../panelModel';
import { placeText } from '../placeText';
import type { MonitorState } from '../state';
import { pan, reveal, within, zoomAround } from '../zoom';
import type { LineChart } from './lineChart';
import { marksAround } from './marksAround';

/** Pixels that a pointer may move and still click. */
const clickSlack = 4;
/** Pixels around a mark or a point that a click means. */
const reach = 8;

interface Shown {
	readonly lines: readonly ModelLine[];
	readonly range: XRange;
	readonly axis: Axis;
}

type Drag =
	| { readonly kind: 'select'; readonly from: number }
	| { readonly kind: 'pan'; readonly from: number; readonly range: XRange };

/**
 * The pointer and the keys on one chart. Moving: the cursor of all charts. Dragging: zoom, with
 * shift pan. Wheel with ctrl: zoom. Double click: all of it. A click on a point opens the log there,
 * one on a checkpoint its answers. Keys: arrows, Home, End, + − 0, Page Up and Down, Enter, Escape.
 */
export class ChartGestures {
	/** Pixels of the part being chosen. */
	readonly selection = signal<readonly [number, number] | undefined>(undefined);
	readonly #controller = new AbortController();
	#steps: Promise<void> = Promise.resolve();
	#drag: Drag | undefined;

	constructor(
		private readonly element: HTMLElement,
		private readonly chart: LineChart,
		private readonly state: MonitorState,
		private readonly panel: Panel,
		private readonly shown: () => Shown,
	) {
		const { signal: aborted } = this.#controller;
		const on = <K extends keyof HTMLElementEventMap>(
			type: K,
			listener: (event: HTMLElementEventMap[K]) => void,
			options: AddEventListenerOptions = {},
		): void => element.addEventListener(type, listener, { ...options, signal: aborted });
		on('pointermove', event => this.#onMove(event));
		on('pointerdown', event => this.#onDown(event));
		on('pointerup', event => this.#onUp(event));
		on('pointercancel', () => this.#endDrag());
		on('pointerleave', () => this.#moveTo(undefined));
		on('blur', () => this.#moveTo(undefined));
		on('dblclick', () => state.zoomTo(undefined));
		on('wheel', event => this.#onWheel(event), { passive: false });
		on('keydown', event => this.#onKey(event));
	}

	dispose(): void {
		this.#controller.abort();
	}

	#pixel(event: MouseEvent): number {
		return event.clientX - this.element.getBoundingClientRect().left;
	}

	#moveTo(x: number | undefined): void {
		void this.state.moveCursor(x === undefined ? undefined : { x, panel: this.panel.id });
	}

	#onMove(event: PointerEvent): void {
		const at = this.#pixel(event);
		const drag = this.#drag;
		if (drag?.kind === 'pan') {
			const { left, right } = this.chart.area;
			const share = (drag.from - at) / (right - left);
			this.state.zoomTo(pan(drag.range, this.state.whole.value, share));
		} else if (drag) {
			this.selection.value = Math.abs(at - drag.from) > clickSlack ? [drag.from, at] : undefined;
		}
		this.#moveTo(snap(this.shown().lines, this.chart.xAtPixel(at)));
	}

	#onDown(event: PointerEvent): void {
		const { left, right } = this.chart.area;
		const from = this.#pixel(event);
		if (event.button !== 0 || from < left - reach || from > right + reach) {
			return;
		}
		this.element.setPointerCapture(event.pointerId);
		this.#drag = event.shiftKey
			? { kind: 'pan', from, range: this.shown().range }
			: { kind: 'select', from };
	}

	#onUp(event: PointerEvent): void {
		const drag = this.#drag;
		const chosen = this.selection.value;
		this.#endDrag();
		if (drag?.kind === 'select' && chosen) {
			const [a, b] = chosen.map(pixel => this.chart.xAtPixel(pixel)) as [number, number];
			const range = { min: Math.min(a, b), max: Math.max(a, b) };
			this.state.zoomTo(within(range, this.state.whole.value));
		} else if (drag?.kind === 'select' && event.detail < 2) {
			this.#click(event);
		}
	}

	#endDrag(): void {
		this.#drag = undefined;
		this.selection.value = undefined;
	}

	#click(event: PointerEvent): void {
		const x = this.#pixel(event);
		const y = event.clientY - this.element.getBoundingClientRect().top;
		const { axis, lines } = this.shown();
		const isOnAxis = y > this.chart.area.bottom - 2 * reach;
		const checkpoint = this.state.shownCheckpoints.value.find(
			({ marker }) => Math.abs(this.chart.pixelOfX(marker[axis]) - x) <= reach,
		);
		if (isOnAxis && checkpoint) {
			this.state.queries.showAnswers(checkpoint.runId, checkpoint.marker.step);
			return;
		}
		const at = this.state.cursor.value?.x;
		const near =
			at === undefined
				? undefined
				: this.state
						.pointsAt(this.panel, lines, axis, at)
						.map(point => ({
							point,
							far: Math.hypot(
								this.chart.pixelOfX(point.x) - x,
								this.chart.pixelOfY(point.value) - y,
							),
						}))
						.filter(({ far }) => far <= reach)
						.sort((a, b) => a.far - b.far)[0];
		if (near) {
			this.#withStep(near.point, (runId, step) => this.state.queries.showLog(runId, step));
		}
	}

	/** Does something with the run and step of the point that the cursor stands on. */
	#atCursor(act: (runId: string, step: number) => void): void {
		const { lines, axis } = this.shown();
		const at = this.state.cursor.value?.x;
		const points = at === undefined ? [] : this.state.pointsAt(this.panel, lines, axis, at);
		const point = points.find(({ x }) => x === at);
		if (point) {
			this.#withStep(point, act);
		}
	}

	#withStep(point: CursorPoint, act: (runId: string, step: number) => void): void {
		const runId = point.line.shown.id;
		void this.state.stepAt(this.panel, this.shown().axis, point.x, runId).then(found => {
			const at = point.at?.step ?? found;
			if (at !== undefined) {
				act(runId, at);
			}
		});
	}

	#onWheel(event: WheelEvent): void {
		const { whole } = this.state;
		const { range } = this.shown();
		const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
		if (event.ctrlKey || event.metaKey) {
			event.preventDefault();
			const at = this.chart.xAtPixel(this.#pixel(event));
			const steps = -Math.sign(event.deltaY) * Math.min(3, Math.abs(event.deltaY) / 60);
			this.state.zoomTo(zoomAround(range, whole.value, at, steps));
		} else if (this.state.view.value.zoom && sideways !== 0) {
			event.preventDefault();
			this.state.zoomTo(pan(range, whole.value, sideways / 800));
		}
	}

	#onKey(event: KeyboardEvent): void {
		if (event.ctrlKey || event.metaKey || event.altKey) {
			return;
		}
		const { state } = this;
		const { range, axis } = this.shown();
		if (axis !== state.view.value.axis) {
			// What is drawn is still the axis of before: its places are none of the new one.
			return;
		}
		const whole = state.whole.value;
		const at = state.cursor.value?.x;
		const middle = at ?? (range.min + range.max) / 2;
		const far = event.shiftKey ? 10 : 1;
		const acts: Record<string, () => void> = {
			ArrowLeft: () => void this.#step(-far),
			ArrowRight: () => void this.#step(far),
			Home: () => void this.#step('first'),
			End: () => void this.#step('last'),
			Escape: () => this.#moveTo(undefined),
			'+': () => state.zoomTo(zoomAround(range, whole, middle, 2)),
			'=': () => state.zoomTo(zoomAround(range, whole, middle, 2)),
			'-': () => state.zoomTo(zoomAround(range, whole, middle, -2)),
			'0': () => state.zoomTo(undefined),
			PageUp: () => state.zoomTo(state.view.value.zoom && pan(range, whole, -0.5)),
			PageDown: () => state.zoomTo(state.view.value.zoom && pan(range, whole, 0.5)),
			// A step of the cursor that is still being looked up comes first.
			Enter: () => this.#afterSteps((runId, step) => state.queries.showLog(runId, step)),
			n: () => this.#afterSteps((runId, step) => state.queries.addNote(runId, step)),
		};
		const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined;
		if (act) {
			event.preventDefault();
			act();
		}
	}

	#afterSteps(then: (runId: string, step: number) => void): void {
		void this.#steps.then(() => this.#atCursor(then));
	}

	/** Moves the cursor over all logged places; keys in quick succession each go on from the last. */
	#step(by: number | 'first' | 'last'): Promise<void> {
		this.#steps = this.#steps.then(() => this.#stepOnce(by));
		return this.#steps;
	}

	/** To a place drawn or not, and what is shown along with it. */
	async #stepOnce(by: number | 'first' | 'last'): Promise<void> {
		const { state, panel } = this;
		const { axis } = this.shown();
		const x = await state.placeFrom(panel, axis, by);
		if (x === undefined) {
			return;
		}
		const { range, lines } = this.shown();
		if (state.view.value.zoom) {
			state.zoomTo(reveal(range, state.whole.value, x));
		}
		await state.moveCursor({ x, panel: panel.id });
		state.announcement.value = [
			placeText(axis, x, state.pointsAt(panel, lines, axis, x)),
			...marksAround(state.shownMarkers.value, axis, x, this.chart),
		].join(' ');
	}
}
