/** A panel whose metrics Windsock can explain. */
export interface KnownPanel {
	readonly title: string;
	readonly unit?: string;
	readonly healthy: string;
	readonly isShare?: boolean;
	readonly isExact?: boolean;
	/** Without one it opens at once, among the first. */
	readonly group?: string;
	/** Metric → the word for its line; without one it is train or held-out. */
	readonly metrics: Readonly<Record<string, string>>;
}
