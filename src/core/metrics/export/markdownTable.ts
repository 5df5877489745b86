import { formatNumber } from '../format';
import { cellText, sharedCount, type TableCell, type TextTable } from './textTable';

/** The table in the Markdown of GitHub; whatever stands in it is shown and never obeyed. */
export function markdownTable(table: TextTable): string {
	const shared = table.columns.map((_, i) => sharedCount(table, i));
	const heads = table.columns.map(({ title }, i) => {
		const n = shared[i];
		return escapeMarkdown(title) + (n === undefined ? '' : ` (n = ${formatNumber(n)})`);
	});
	const rules = table.columns.map(({ isNumber }) => (isNumber === true ? '--:' : ':--'));
	const rows = table.rows.map(row =>
		table.columns.map((_, i) => shownCell(row[i], shared[i] === undefined)),
	);
	const lines = [heads, rules, ...rows].map(cells => `| ${cells.join(' | ')} |\n`);
	const notes = table.notes.map(note => `\n${escapeMarkdown(note)}\n`);
	return [...lines, ...notes].join('');
}

function shownCell(cell: TableCell, withCount: boolean): string {
	const { value, plusMinus, bounds, n } = cellText(cell);
	return [
		value === '' ? '–' : escapeMarkdown(value),
		...(plusMinus === undefined ? [] : [`± ${plusMinus}`]),
		...(bounds === undefined ? [] : [`\\[${bounds.join(', ')}\\]`]),
		...(withCount && n !== undefined ? [`(n = ${n})`] : []),
	].join(' ');
}

/** Text as text: no markup, no HTML, no link, and no end of a cell or a row. */
export function escapeMarkdown(text: string): string {
	return (
		text
			// oxlint-disable-next-line no-control-regex
			.replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ')
			.replaceAll(/[\\`*[\]|~#$]/g, mark => `\\${mark}`)
			// Between letters it is no markup, and names of metrics are full of it.
			.replaceAll(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, marks =>
				marks.replaceAll('_', '\\_'),
			)
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;')
			// Without this it would become a link by itself.
			.replaceAll(/(https?|ftp):\/\//gi, '$1:\\/\\/')
			.replaceAll(/\bwww\./gi, match => `${match.slice(0, 3)}\\.`)
			.replaceAll('@', '\\@')
			.trim()
	);
}
