/** What a copy that is kept offline was made of. Stands beside it. */
export interface KeptRecord {
	readonly version: 1;
	/** As people write it: `host:/path`, or `hf://datasets/…` with its commit. */
	readonly source: string;
	/** Name of the copy, in the record's folder. */
	readonly file: string;
	/** Of the source as it was copied. */
	readonly fingerprint: KeptFingerprint;
	/** ISO 8601. */
	readonly keptAt: string;
	/** Rows of the source in the order of the copy, as runs of `[from, to)`; absent for all of them. */
	readonly rows?: readonly (readonly [from: number, to: number])[];
	/** What chose those rows, for people. */
	readonly query?: string;
}

export interface KeptFingerprint {
	readonly size: number;
	readonly modified: string;
	readonly inode: string;
	readonly head: string;
}

export const recordName = 'source.json';

/** `undefined` for what is no record, or one of a version that is not known. */
export function parseKeptRecord(text: string): KeptRecord | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	const is = (name: string, type: string): boolean =>
		typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === type;
	const names = ['source', 'file', 'keptAt'];
	const isRecord = names.every(name => is(name, 'string')) && is('fingerprint', 'object');
	const record = value as KeptRecord;
	// The file is a name and never a path.
	return isRecord &&
		record.version === 1 &&
		record.fingerprint !== null &&
		/^[^/\\]+$/.test(record.file) &&
		(record.rows === undefined || areRuns(record.rows))
		? record
		: undefined;
}

function areRuns(value: unknown): boolean {
	return (
		Array.isArray(value) &&
		value.every(
			(run: unknown) =>
				Array.isArray(run) &&
				run.length === 2 &&
				run.every(row => Number.isSafeInteger(row) && row >= 0) &&
				run[0] < run[1],
		)
	);
}

/** Ascending or not, neighbours together. */
export function runsOf(rows: readonly number[]): [number, number][] {
	const runs: [number, number][] = [];
	for (const row of rows) {
		const last = runs.at(-1);
		if (last && last[1] === row) {
			last[1]++;
		} else {
			runs.push([row, row + 1]);
		}
	}
	return runs;
}

/** The row of the source that a row of the copy's first state is. */
export function sourceRowOf({ rows }: KeptRecord): (base: number) => number | undefined {
	if (!rows) {
		return base => base;
	}
	const starts: number[] = [];
	let count = 0;
	for (const [from, to] of rows) {
		starts.push(count);
		count += to - from;
	}
	return base => {
		const run = starts.findLastIndex(start => start <= base);
		const row = (rows[run]?.[0] ?? 0) + base - (starts[run] ?? 0);
		return base < count ? row : undefined;
	};
}
