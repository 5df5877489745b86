import { cellText, sharedCount, type TableCell, type TextTable } from './textTable';
import { formatNumber } from '../format';
import { escapeMarkup } from './svgText';

/** The table in HTML, its first column as the headings of the rows. */
export function htmlTable(table: TextTable, name: string): string {
	const shared = table.columns.map((_, i) => sharedCount(table, i));
	const heads = table.columns.map(({ title, isNumber }, i) => {
		const n = shared[i];
		const count = n === undefined ? '' : ` <span class="muted">(n = ${formatNumber(n)})</span>`;
		return `<th scope="col"${isNumber === true ? ' class="number"' : ''}>${escapeMarkup(title)}${count}</th>`;
	});
	const rows = table.rows.map(row => {
		const cells = table.columns.map(({ isNumber }, i) => {
			const text = shownCell(row[i], shared[i] === undefined);
			return i === 0
				? `<th scope="row">${text}</th>`
				: `<td${isNumber === true ? ' class="number"' : ''}>${text}</td>`;
		});
		return `<tr>${cells.join('')}</tr>`;
	});
	return `<table class="${name}"><thead><tr>${heads.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

function shownCell(cell: TableCell, withCount: boolean): string {
	const { value, plusMinus, bounds, n } = cellText(cell);
	return [
		value === '' ? '–' : escapeMarkup(value),
		...(plusMinus === undefined ? [] : [`<span class="muted">± ${plusMinus}</span>`]),
		...(bounds === undefined ? [] : [`<span class="muted">[${bounds.join(', ')}]</span>`]),
		...(withCount && n !== undefined ? [`<span class="muted">(n = ${n})</span>`] : []),
	].join(' ');
}
