/** How rows stand in a file. `jsonValues` is one JSON value after another, over any lines. */
export type ContainerKind = 'jsonl' | 'jsonArray' | 'jsonValues' | 'parquet';

/** What an indexer has learnt about a file beside its rows; a save keeps to it. */
export interface ContainerLayout {
	readonly kind: ContainerKind;
	/** Put between two rows that had no separator of their own: a moved or an added row. */
	readonly separator: string;
	/** Bytes before the first row: the byte order mark, `[`, blank lines. */
	readonly prefixEnd: number;
	/** Where the bytes after the last row begin: the last line's end, `]`. */
	readonly suffixStart: number;
	readonly size: number;
	/** What is wrong with the file as a whole, if anything: a missing `]`, text after it. */
	readonly fault?: string;
}

/** Gives each row's byte range while the file streams through it. */
export interface RowIndexer {
	push(chunk: Uint8Array): void;
	/** Called once, after the last chunk. */
	finish(): ContainerLayout;
}

const newline = 10;

/**
 * What the first bytes say. Names lie: `.json` often holds one object a line, and `.jsonl`
 * sometimes an array.
 *
 * @param head at least the first 64 KiB, or the whole file
 */
export function detectContainer(head: Uint8Array, name: string): ContainerKind {
	if (head.length >= 4 && String.fromCharCode(...head.subarray(0, 4)) === 'PAR1') {
		return 'parquet';
	}
	const start = skipBlank(head, hasByteOrderMark(head) ? 3 : 0);
	const end = head.indexOf(newline, start);
	const line = new TextDecoder().decode(head.subarray(start, end < 0 ? head.length : end));
	const named = /\.jsonl$|\.ndjson$/i.test(name);
	if (isWholeJson(line)) {
		const alone = skipBlank(head, end < 0 ? head.length : end) >= head.length;
		return line.startsWith('[') && (!named || alone) ? 'jsonArray' : 'jsonl';
	}
	if (line.startsWith('[')) {
		// A line `[1, 2` in a .jsonl is a torn row, but `[` alone opens an array.
		return named && line.trim() !== '[' && end >= 0 ? 'jsonl' : 'jsonArray';
	}
	return named ? 'jsonl' : 'jsonValues';
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
