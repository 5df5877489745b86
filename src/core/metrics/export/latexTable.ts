import { formatNumber } from '../format';
import { cellText, sharedCount, type TableCell, type TextTable } from './textTable';

/** The table for LaTeX with booktabs, without a float around it; notes stand as comments above. */
export function latexTable(table: TextTable): string {
	const shared = table.columns.map((_, i) => sharedCount(table, i));
	const heads = table.columns.map(({ title }, i) => {
		const n = shared[i];
		return escapeLatex(title) + (n === undefined ? '' : ` ($n = ${mathNumber(formatNumber(n))}$)`);
	});
	const rows = table.rows.map(row =>
		table.columns.map((_, i) => shownCell(row[i], shared[i] === undefined)),
	);
	const places = table.columns.map(({ isNumber }) => (isNumber === true ? 'r' : 'l'));
	return [
		'% \\usepackage{booktabs}',
		// A comment ends with its line, so a note must have only one.
		...table.notes.map(note => `% ${oneLine(note)}`),
		`\\begin{tabular}{${places.join('')}}`,
		'\\toprule',
		`${heads.join(' & ')} \\\\`,
		'\\midrule',
		...rows.map(cells => `${cells.join(' & ')} \\\\`),
		'\\bottomrule',
		'\\end{tabular}',
		'',
	].join('\n');
}

function shownCell(cell: TableCell, withCount: boolean): string {
	if (cell === undefined || cell === '') {
		return '--';
	}
	if (typeof cell === 'string') {
		return escapeLatex(cell);
	}
	const { value, plusMinus, bounds, n } = cellText(cell);
	const number = mathNumber(value);
	return [
		plusMinus === undefined ? `$${number}$` : `$${number} \\pm ${mathNumber(plusMinus)}$`,
		...(bounds === undefined ? [] : [`$[${bounds.map(mathNumber).join(', ')}]$`]),
		...(withCount && n !== undefined ? [`($n = ${mathNumber(n)}$)`] : []),
	].join(' ');
}

/** A formatted number within `$…$`: grouped thousands, powers of ten, the words for no number. */
function mathNumber(text: string): string {
	if (text === 'NaN') {
		return '\\mathrm{NaN}';
	}
	const [digits = '', exponent] = text
		.replaceAll('−', '-')
		.replace('Infinity', '\\infty')
		.replaceAll(',', '{,}')
		.split('e');
	return exponent === undefined ? digits : `${digits} \\times 10^{${exponent}}`;
}

const specials: Readonly<Record<string, string>> = {
	'\\': '\\textbackslash{}',
	'{': '\\{',
	'}': '\\}',
	$: '\\$',
	'&': '\\&',
	'#': '\\#',
	'%': '\\%',
	_: '\\_',
	'^': '\\textasciicircum{}',
	'~': '\\textasciitilde{}',
	'<': '\\textless{}',
	'>': '\\textgreater{}',
	'|': '\\textbar{}',
	'"': "''",
	'`': '\\textasciigrave{}',
	// After the end of a row these two would be taken for its options.
	'[': '{[}',
	'*': '{*}',
	'−': '$-$',
	'–': '--',
	β: '$\\beta$',
	'±': '$\\pm$',
	'→': '$\\rightarrow$',
};

/** Text as text: no command, no comment, no end of a cell or a row. */
export function escapeLatex(text: string): string {
	return oneLine(text).replaceAll(/[\\{}$&#%_^~<>|"`[*−–β±→]/g, mark => specials[mark] ?? mark);
}

function oneLine(text: string): string {
	// oxlint-disable-next-line no-control-regex
	return text.replaceAll(/[\s\u0000-\u001f\u007f\u0085]+/g, ' ').trim();
}
