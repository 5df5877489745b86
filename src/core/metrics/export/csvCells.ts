/** What a spreadsheet may take for the beginning of a formula, and our own mark against that. */
const mistakable = /^['=+\-@\t\r\n＝＋－＠]/;
const needsQuotes = /[",\r\n]/;

/** A cell as it stands in a file; of an empty one the quotes tell an empty text from none. */
export interface CsvCell {
	readonly text: string;
	readonly isQuoted: boolean;
}

/**
 * A text from outside as a cell: what a spreadsheet would run as a formula (and what begins with an
 * apostrophe itself) gets an apostrophe before it, which `unguarded` takes off again. So nothing is
 * lost, and nothing is run. Numbers are not texts and never go through here.
 */
export function textCell(text: string | undefined): string {
	if (text === undefined) {
		return '';
	}
	const guarded = mistakable.test(text) ? `'${text}` : text;
	return guarded === '' || needsQuotes.test(guarded)
		? `"${guarded.replaceAll('"', '""')}"`
		: guarded;
}

/** The text that `textCell` wrote; undefined for a cell that holds nothing. */
export function unguarded({ text, isQuoted }: CsvCell): string | undefined {
	if (text === '' && !isQuoted) {
		return undefined;
	}
	return text.startsWith("'") ? text.slice(1) : text;
}

/** Cuts a text into records by RFC 4180; a quoted cell may hold line ends. Empty lines are none. */
export function* csvRecords(text: string): Generator<readonly CsvCell[]> {
	let at = text.startsWith('\ufeff') ? 1 : 0;
	let record: CsvCell[] = [];
	while (at < text.length) {
		const cell = text[at] === '"' ? quotedCell(text, at) : bareCell(text, at);
		record.push(cell);
		at = cell.end;
		if (text[at] === ',') {
			at++;
			if (at === text.length) {
				record.push({ text: '', isQuoted: false });
			} else {
				continue;
			}
		}
		at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
		if (record.length > 1 || record[0]?.text !== '' || record[0].isQuoted) {
			yield record;
		}
		record = [];
	}
	if (record.length > 0) {
		yield record;
	}
}

interface FoundCell extends CsvCell {
	/** Where the cell ends in the text. */
	readonly end: number;
}

function bareCell(text: string, start: number): FoundCell {
	let end = start;
	for (; end < text.length; end++) {
		const character = text[end];
		if (character === ',' || character === '\n' || character === '\r') {
			break;
		}
	}
	return { text: text.slice(start, end), isQuoted: false, end };
}

/** A quote that nothing closes takes all that follows. */
function quotedCell(text: string, start: number): FoundCell {
	let end = start + 1;
	for (;;) {
		const found = text.indexOf('"', end);
		if (found < 0) {
			return {
				text: text.slice(start + 1).replaceAll('""', '"'),
				isQuoted: true,
				end: text.length,
			};
		}
		if (text[found + 1] !== '"') {
			const inner = text.slice(start + 1, found).replaceAll('""', '"');
			const rest = bareCell(text, found + 1);
			return { text: inner + rest.text, isQuoted: true, end: rest.end };
		}
		end = found + 2;
	}
}
