/** One row that `npm run bench` prints. A value above its limit or below its least fails the command. */
export interface Measurement {
	readonly what: string;
	readonly value: number;
	readonly unit: string;
	readonly limit?: number;
	readonly least?: number;
}

/** What `measure` of a file in this folder is given. */
export interface MeasureOptions {
	/** The checkout. */
	readonly root: string;
	/** The packed extension. */
	readonly vsix: string;
	/** Python of the pinned environment on this machine. */
	readonly python: string;
}
