import type { SeriesKind } from '../series';

export type Method = 'sft' | 'dpo' | 'kto' | 'script';

/** One line of a panel. `role` counts a panel's metrics, so that chosen and rejected differ. */
export interface PanelLine {
	readonly metric: string;
	readonly kind: SeriesKind;
	readonly label: string;
	readonly role: number;
	/** The held-out file, or the GPU, where a run has several. */
	readonly dataset?: string;
	/** No line of its own: one end of the interval of the panel's first line, point by point. */
	readonly bound?: 'low' | 'high';
}

export interface Panel {
	/** Its first metric with `/` as `_`; stable, for tests and view state. */
	readonly id: string;
	readonly title: string;
	readonly unit?: string;
	/** What a healthy curve looks like, in one sentence; empty for metrics Windsock does not know. */
	readonly healthy: string;
	/** A share between 0 and 1, so that no axis has to go beyond. */
	readonly isShare?: boolean;
	/** Set by the trainer rather than measured, so that there is no noise to smooth. */
	readonly isExact?: boolean;
	/** Empty for the panels that open at once, else the heading that they stand under. */
	readonly group: string;
	readonly lines: readonly PanelLine[];
	/** Id of the panel that it stands right beneath, low, on the same horizontal axis. */
	readonly beneath?: string;
}

/** A metric that some visible run has logged. */
export interface PresentMetric {
	readonly metric: string;
	readonly kind: SeriesKind;
	readonly dataset?: string | undefined;
}

/** A metric name as part of a test id: `rewards/margins` → `rewards_margins`. */
export function panelId(metric: string): string {
	return metric.replaceAll('/', '_');
}

/** What tells a panel from all others: its first metric. Its id may be that of another. */
export function panelKey(panel: Panel): string {
	return panel.lines[0]?.metric ?? panel.id;
}
