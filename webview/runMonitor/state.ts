import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { PanelDrawing, Polyline } from '../../src/core/metrics/drawing';
import { unpackDrawing } from '../../src/core/metrics/packedDrawing';
import { panelKey, type Panel } from '../../src/core/metrics/panels';
import type { XRange } from '../../src/core/metrics/reduction';
import { axes } from '../../src/core/metrics/rows';
import type { Marker } from '../../src/core/metrics/runMetrics';
import type { Axis } from '../../src/core/metrics/series';
import type {
	DrawnPanel,
	FoundPoints,
	MonitoredRun,
	MonitorLook,
	PlaceQuery,
	PointsQuery,
	RunMarkers,
	RunMonitorSnapshot,
	RunMonitorUpdate,
} from '../../src/protocol/runMonitor';
import { foundIn, pointsAt, type CursorPoint } from './cursorPoints';
import type { ModelLine } from './panelModel';
import { viewFrom } from './keptView';
import { listRuns } from './runListModel';
import { smoothingOf } from './smoothingStrength';
import type { ViewState } from './viewState';

/** Where all charts are looked at: a logged position, in the unit of the axis. */
export interface Cursor {
	readonly x: number;
	/** The panel that has the tooltip. */
	readonly panel: string;
}

/** A run as the charts draw it; the slot decides colour and mark and stays while others hide. */
export interface ShownRun {
	readonly id: string;
	/** The name that the user gave it on this page, else its own. */
	readonly name: string;
	readonly slot: number;
}

/** What the page asks of the extension host while somebody looks at a chart. */
export interface Queries {
	findPoints(query: PointsQuery): Promise<FoundPoints>;
	findPlace(query: PlaceQuery): Promise<{ readonly x?: number }>;
	showLog(runId: string, step?: number): void;
	addNote(runId: string, step: number): void;
	showAnswers(runId: string, step: number): void;
}

/** Exact points at a place of all charts; until they are there, drawn ones stand for them. */
interface Found {
	readonly axis: Axis;
	readonly x: number;
	readonly points: FoundPoints;
}

/** Everything the page knows. Views read the signals; only the two `take` methods add data. */
export class MonitorState {
	readonly loaded = signal(false);
	readonly runs = signal<readonly MonitoredRun[]>([]);
	readonly missing = signal<readonly string[]>([]);
	readonly others = signal(0);
	/** Metrics of some run are still being read. */
	readonly isReading = signal(false);
	readonly panels = signal<readonly Panel[]>([]);
	readonly markers = signal<ReadonlyMap<string, readonly Marker[]>>(new Map());
	readonly cursor = signal<Cursor | undefined>(undefined);
	/** Counts the drawings, so that views which show points know when to look again. */
	readonly revision = signal(0);
	/** What a screen reader is told after a move of the cursor by keyboard. */
	readonly announcement = signal('');
	/** The whole axis over all runs shown. */
	readonly whole = signal<XRange>({ min: 0, max: 1 });
	readonly overview = signal<PanelDrawing | undefined>(undefined);
	readonly view: Signal<ViewState>;
	readonly shownRuns: ReadonlySignal<readonly ShownRun[]>;
	/** What the host has to draw. */
	readonly look: ReadonlySignal<MonitorLook>;
	readonly #seen = signal<ReadonlyMap<string, number>>(new Map());
	readonly #overviewPixels = signal(0);
	readonly #drawings = new Map<string, Signal<PanelDrawing | undefined>>();

	readonly shownMarkers: ReadonlySignal<readonly Marker[]>;
	readonly shownCheckpoints: ReadonlySignal<
		readonly { readonly runId: string; readonly marker: Marker }[]
	>;
	readonly #found = signal<Found | undefined>(undefined);
	#isFinding = false;

	constructor(
		view: ViewState,
		readonly queries: Queries,
	) {
		this.view = signal(view);
		let shown: readonly ShownRun[] = [];
		this.shownRuns = computed(() => {
			const now = listRuns(this.runs.value, this.view.value).flatMap(
				({ run, name, slot, isHidden }) => (isHidden ? [] : [{ id: run.id, name, slot }]),
			);
			// A run's summary changes every second; what the charts need of it hardly ever does.
			shown = isSameRuns(shown, now) ? shown : now;
			return shown;
		});
		this.shownMarkers = computed(() =>
			this.shownRuns.value.flatMap(({ id }) => this.markers.value.get(id) ?? []),
		);
		this.shownCheckpoints = computed(() =>
			this.shownRuns.value.flatMap(({ id }) =>
				(this.markers.value.get(id) ?? [])
					.filter(({ kind }) => kind === 'checkpoint')
					.map(marker => ({ runId: id, marker })),
			),
		);
		let last: MonitorLook | undefined;
		this.look = computed(() => {
			const now = this.#lookNow();
			if (!last || JSON.stringify({ ...now, look: last.look }) !== JSON.stringify(last)) {
				last = { ...now, look: (last?.look ?? 0) + 1 };
			}
			return last;
		});
	}

	isSeen(panel: string): boolean {
		return this.#seen.value.has(panel);
	}

	/** The newest drawing of a panel, by its first metric; undefined until it was seen. */
	drawingOf(panel: string): Signal<PanelDrawing | undefined> {
		const found = this.#drawings.get(panel) ?? signal(undefined);
		this.#drawings.set(panel, found);
		return found;
	}

	/** Says that a panel is near the visible part and how wide its chart is, or, with 0, that not. */
	setSeen(panel: string, pixels: number): void {
		const seen = new Map(this.#seen.peek());
		if (pixels > 0) {
			seen.set(panel, pixels);
		} else if (seen.delete(panel)) {
			// What is not looked at is drawn anew when it comes back. What was known of its lines stays,
			// so that its legend keeps its height and nothing moves.
			const its = this.drawingOf(panel);
			its.value = its.peek() && withoutPoints(its.peek());
		}
		this.#seen.value = seen;
	}

	/** Device pixels of the overview; 0 while there is none. */
	setOverview(pixels: number): void {
		this.#overviewPixels.value = pixels;
	}

	takeSnapshot(snapshot: RunMonitorSnapshot): void {
		const runIds = [...snapshot.runs.map(run => run.id), ...snapshot.missing];
		const isFirst = !this.loaded.value;
		batch(() => {
			const own = this.view.value;
			// The editor takes its picture of the page now and then; what the host kept may be newer.
			const isNewer = (snapshot.view?.changedAt ?? 0) > (own.changedAt ?? 0);
			const view = isFirst && isNewer ? viewFrom(snapshot.view) : own;
			const hiddenRuns = view.hiddenRuns.filter(runId => runIds.includes(runId));
			const hasOthers = !isFirst && JSON.stringify(runIds) !== JSON.stringify(own.runIds);
			this.view.value = {
				...view,
				panel: snapshot.panel,
				runIds,
				hiddenRuns,
				...(hasOthers ? { changedAt: Date.now() } : {}),
			};
			this.runs.value = snapshot.runs;
			this.missing.value = snapshot.missing;
			this.others.value = snapshot.others;
			this.panels.value = snapshot.panels;
			this.markers.value = new Map();
			this.#takeMarkers(snapshot.markers);
			this.isReading.value = snapshot.isReading;
			this.loaded.value = true;
		});
	}

	takeUpdate(update: RunMonitorUpdate): void {
		batch(() => {
			if (update.runs.length > 0) {
				const changed = new Map(update.runs.map(run => [run.id, run]));
				this.runs.value = this.runs.value.map(run => changed.get(run.id) ?? run);
			}
			this.panels.value = update.panels ?? this.panels.value;
			this.#takeMarkers(update.markers);
			this.isReading.value = update.isReading;
			const { drawings } = update;
			if (drawings) {
				this.revision.value++;
				this.whole.value = sameRange(this.whole.value, drawings.whole);
				for (const drawn of drawings.panels) {
					this.#takeDrawing(drawn);
				}
				this.overview.value = drawings.overview && unpackDrawing(drawings.overview);
			}
		});
	}

	change(view: Partial<ViewState>): void {
		batch(() => {
			// Another axis has other positions; a cursor or a zoom of the old one would be elsewhere.
			const isOtherAxis = view.axis !== undefined && view.axis !== this.view.value.axis;
			if (isOtherAxis) {
				this.cursor.value = undefined;
			}
			const { zoom: _, ...unzoomed } = this.view.value;
			const changedAt = Date.now();
			this.view.value = { ...(isOtherAxis ? unzoomed : this.view.value), ...view, changedAt };
		});
	}

	/** Shows a part of the axis in all charts, or all of it again. */
	zoomTo(range: XRange | undefined): void {
		const { zoom: _, ...unzoomed } = this.view.value;
		const changedAt = Date.now();
		this.view.value = { ...unzoomed, ...(range ? { zoom: range } : {}), changedAt };
	}

	/** Moves the cursor of all charts; resolves when the exact points there are known. */
	async moveCursor(cursor: Cursor | undefined): Promise<void> {
		const before = this.cursor.peek();
		if (before?.x === cursor?.x && before?.panel === cursor?.panel) {
			return;
		}
		this.cursor.value = cursor;
		// One question at a time: the newest place is asked for when the last answer is there.
		while (!this.#isFinding && this.cursor.peek() !== undefined) {
			const { x } = this.cursor.peek() ?? cursor ?? { x: 0 };
			const { axis } = this.view.peek();
			if (this.#found.peek()?.x === x && this.#found.peek()?.axis === axis) {
				return;
			}
			this.#isFinding = true;
			try {
				const points = await this.queries.findPoints({ axis, x, ...this.#asked() });
				this.#found.value = { axis, x, points };
			} finally {
				this.#isFinding = false;
			}
		}
	}

	/** The logged points of a panel nearest to a place: exact once the host has said them. */
	pointsAt(
		panel: Panel,
		lines: readonly ModelLine[],
		axis: Axis,
		x: number,
	): readonly CursorPoint[] {
		const found = this.#found.value;
		const exact =
			found?.x === x && found.axis === axis ? foundIn(found.points, panel, lines, axis) : [];
		return exact.length > 0 ? exact : pointsAt(lines, x);
	}

	/** The logged place so many further on from the cursor, over all points of a panel. */
	async placeFrom(
		panel: Panel,
		axis: Axis,
		by: number | 'first' | 'last',
	): Promise<number | undefined> {
		const from = this.cursor.peek()?.x;
		const { hidden } = this.look.peek();
		const query = {
			axis,
			by,
			hidden,
			panel: panelKey(panel),
			...(from === undefined ? {} : { from }),
		};
		return (await this.queries.findPlace(query)).x;
	}

	/** The step of a run's logged point at a place. */
	async stepAt(panel: Panel, axis: Axis, x: number, runId: string): Promise<number | undefined> {
		const { hidden } = this.look.peek();
		const found = await this.queries.findPoints({ axis, x, hidden, panels: [panelKey(panel)] });
		const i = found.points.findIndex(point => point.runId === runId);
		const step = found.numbers[i * (axes.length + 1) + 1 + axes.indexOf('step')];
		return i < 0 || step === undefined || Number.isNaN(step) ? undefined : step;
	}

	#asked(): Pick<PointsQuery, 'hidden' | 'panels'> {
		const { hidden, seen } = this.look.peek();
		return { hidden, panels: seen.map(({ panel }) => panel) };
	}

	toggleRun(runId: string): void {
		const { hiddenRuns } = this.view.value;
		this.change({
			hiddenRuns: hiddenRuns.includes(runId)
				? hiddenRuns.filter(id => id !== runId)
				: [...hiddenRuns, runId],
		});
	}

	#lookNow(): Omit<MonitorLook, 'look'> {
		const { axis, zoom, clipOutliers, hiddenRuns } = this.view.value;
		const first = this.panels.value[0];
		const pixels = this.#overviewPixels.value;
		const smoothing = smoothingOf(this.view.value);
		return {
			axis,
			...(zoom ? { zoom } : {}),
			smoothing,
			clipOutliers,
			hidden: hiddenRuns,
			seen: Array.from(this.#seen.value, ([panel, its]) => ({ panel, pixels: its })),
			...(first && pixels > 0 ? { overview: { panel: panelKey(first), pixels } } : {}),
		};
	}

	#takeMarkers(some: readonly RunMarkers[]): void {
		if (some.length > 0) {
			const markers = new Map(this.markers.value);
			for (const { runId, marks, places } of some) {
				const at = (mark: number): Record<Axis, number> =>
					Object.fromEntries(
						axes.map((axis, i) => [axis, places[mark * axes.length + i] ?? Number.NaN]),
					) as Record<Axis, number>;
				markers.set(
					runId,
					marks.map((mark, i) => ({ ...mark, ...at(i) })),
				);
			}
			this.markers.value = markers;
		}
	}

	#takeDrawing(drawn: DrawnPanel): void {
		const now = unpackDrawing(drawn);
		const its = this.drawingOf(now.panel);
		const before = its.peek();
		const { only } = drawn;
		its.value =
			only && before?.axis === now.axis
				? {
						...now,
						lines: [...before.lines.filter(({ source }) => !only.includes(source)), ...now.lines],
					}
				: now;
	}
}

const noPoints: Polyline = { x: new Float64Array(), y: new Float64Array(), starts: [] };

function withoutPoints(drawing: PanelDrawing | undefined): PanelDrawing | undefined {
	return (
		drawing && {
			...drawing,
			lines: drawing.lines.map(line => ({ ...line, logged: noPoints, smoothed: undefined })),
		}
	);
}

/** The one before while it is the same, so that nothing is drawn again for it. */
function sameRange(before: XRange, now: XRange): XRange {
	return before.min === now.min && before.max === now.max ? before : now;
}

function isSameRuns(a: readonly ShownRun[], b: readonly ShownRun[]): boolean {
	return (
		a.length === b.length &&
		a.every((run, i) => {
			const other = b[i];
			return run.id === other?.id && run.name === other.name && run.slot === other.slot;
		})
	);
}
