/** How rows stand in a file. `jsonValues` is one JSON value after another, over any lines. */
export type ContainerKind = 'jsonl' | 'jsonArray' | 'jsonValues' | 'csv' | 'parquet' | 'arrow';

/** What text is packed with; the end of the file name says so. */
export type Compression = 'gzip' | 'zstd';

/** The names of files that are opened as datasets. */
export const datasetNames = /\.(?:(?:jsonl|ndjson|json|csv|tsv)(?:\.(?:gz|zst))?|parquet|arrow)$/i;

/** What an indexer has learnt about a file beside its rows; a save keeps to it. */
export interface ContainerLayout {
	readonly kind: ContainerKind;
	/** Put between two rows that had no separator of their own: a moved or an added row. */
	readonly separator: string;
	/** Bytes before the first row: the byte order mark, `[`, blank lines, the header of a CSV file. */
	readonly prefixEnd: number;
	/** Where the bytes after the last row begin: the last line's end, `]`. */
	readonly suffixStart: number;
	/** Bytes of the text, unpacked; of the file where it is no text. */
	readonly size: number;
	/** Put before the first row where there was none: ends the line of the header. */
	readonly opening?: string;
	/** What is wrong with the file as a whole, if anything: a missing `]`, text after it. */
	readonly fault?: string;
	/** The file could not be read to its end, so writing it anew would lose the rest. */
	readonly isIncomplete?: boolean;
}

/** Gives each row's byte range while the file streams through it. */
export interface RowIndexer {
	push(chunk: Uint8Array): void;
	/** Called once, after the last chunk. */
	finish(): ContainerLayout;
}

const newline = 10;

/** Whether rows are byte ranges of text, so that a save can copy what stands between them. */
export function isTextContainer(kind: ContainerKind): boolean {
	return kind !== 'parquet' && kind !== 'arrow';
}

/** Whether the bytes of a row are the row's JSON themselves. */
export function isJsonContainer(kind: ContainerKind): boolean {
	return kind === 'jsonl' || kind === 'jsonArray' || kind === 'jsonValues';
}

export function compressionOf(name: string): Compression | undefined {
	return /\.gz$/i.test(name) ? 'gzip' : /\.zst$/i.test(name) ? 'zstd' : undefined;
}

/** The name without what only says how it is packed. */
export function unpackedName(name: string): string {
	return name.replace(/\.(?:gz|zst)$/i, '');
}

/**
 * What the first bytes say. Names lie: `.json` often holds one object a line, and `.jsonl`
 * sometimes an array. Only CSV has no sign of its own and is believed by its name.
 *
 * @param head at least the first 64 KiB, unpacked, or the whole file
 */
export function detectContainer(head: Uint8Array, name: string): ContainerKind {
	if (startsWith(head, 'PAR1')) {
		return 'parquet';
	}
	if (startsWith(head, 'ARROW1') || /\.arrow$/i.test(name)) {
		return 'arrow';
	}
	if (/\.[ct]sv$/i.test(unpackedName(name))) {
		return 'csv';
	}
	return detectJson(head, /\.jsonl$|\.ndjson$/i.test(unpackedName(name)));
}

function detectJson(head: Uint8Array, isNamedLines: boolean): ContainerKind {
	const start = skipBlank(head, hasByteOrderMark(head) ? 3 : 0);
	const end = head.indexOf(newline, start);
	const line = new TextDecoder().decode(head.subarray(start, end < 0 ? head.length : end));
	if (isWholeJson(line)) {
		const alone = skipBlank(head, end < 0 ? head.length : end) >= head.length;
		return line.startsWith('[') && (!isNamedLines || alone) ? 'jsonArray' : 'jsonl';
	}
	if (line.startsWith('[')) {
		// A line `[1, 2` in a .jsonl is a torn row, but `[` alone opens an array.
		return isNamedLines && line.trim() !== '[' && end >= 0 ? 'jsonl' : 'jsonArray';
	}
	return isNamedLines ? 'jsonl' : 'jsonValues';
}

function startsWith(bytes: Uint8Array, sign: string): boolean {
	return (
		bytes.length >= sign.length && String.fromCharCode(...bytes.subarray(0, sign.length)) === sign
	);
}

export function hasByteOrderMark(bytes: Uint8Array): boolean {
	return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

export function isBlank(byte: number | undefined): boolean {
	return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

function skipBlank(bytes: Uint8Array, from: number): number {
	let at = from;
	while (at < bytes.length && isBlank(bytes[at])) {
		at++;
	}
	return at;
}

function isWholeJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
