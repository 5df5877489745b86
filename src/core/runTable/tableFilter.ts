import type { ColumnValues } from './tableColumn';
import type { CellValue } from './tableRun';

/** A column as a filter names it. */
export interface FilterColumn {
	readonly title: string;
	readonly values: ColumnValues;
}

/** Whether a row is shown; `values` stand in the order of the columns. */
export type RowTest = (values: readonly CellValue[]) => boolean;

export interface TableFilter {
	readonly matches: RowTest;
	/** Sentences on what could not be understood; those parts match everything. */
	readonly remarks: readonly string[];
}

type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';

const term = /(-?)(?:("[^"]*"?|[^\s"<>=!:]+)(:|!=|<=|>=|<|>|=)("[^"]*"?|\S*)|("[^"]*"?|\S+))/g;

/**
 * Reads a filter: words that any column has, `column:word`, `column=value` and, of numbers,
 * `column<0.5`. A `-` before a term turns it round, quotes keep spaces together; all terms hold.
 * A name stands for the column whose title it is, or for all whose title contains it; `eval_loss`, as
 * trainers write it, for “eval loss”.
 */
export function parseTableFilter(text: string, columns: readonly FilterColumn[]): TableFilter {
	const tests: RowTest[] = [];
	const remarks: string[] = [];
	for (const [, minus, name, operator, value, word] of text.matchAll(term)) {
		const test =
			name === undefined || operator === undefined
				? wordTest(unquoted(word ?? ''))
				: columnTest(unquoted(name), operator as Operator, unquoted(value ?? ''), columns, remarks);
		if (test !== undefined) {
			tests.push(minus === '-' ? values => !test(values) : test);
		}
	}
	return { matches: values => tests.every(test => test(values)), remarks };
}

/** A name in a filter as it has to be written. */
export function filterName(title: string): string {
	return /[\s"<>=!:]/.test(title) || title === '' ? `"${title.replaceAll('"', '')}"` : title;
}

function unquoted(text: string): string {
	return text.startsWith('"')
		? text.slice(1, text.endsWith('"', text.length) && text.length > 1 ? -1 : undefined)
		: text;
}

function wordTest(word: string): RowTest | undefined {
	const wanted = word.toLowerCase();
	return wanted === ''
		? undefined
		: values => values.some(value => typeof value === 'string' && contains(value, wanted));
}

function contains(value: CellValue, wanted: string): boolean {
	return value !== undefined && String(value).toLowerCase().includes(wanted);
}

function columnTest(
	name: string,
	operator: Operator,
	value: string,
	columns: readonly FilterColumn[],
	remarks: string[],
): RowTest | undefined {
	const found = columnsNamed(name, columns);
	if (found.length === 0) {
		remarks.push(`No column shown is called “${name}”, so that part of the filter hides nothing.`);
		return undefined;
	}
	// What is still being typed hides nothing.
	if (value === '') {
		return undefined;
	}
	const tests = found.map(index => {
		const values = columns[index]?.values ?? 'text';
		const test = valueTest(operator, value, values);
		return test === undefined ? undefined : (row: readonly CellValue[]) => test(row[index]);
	});
	const known = tests.filter(test => test !== undefined);
	if (known.length === 0) {
		remarks.push(`“${value}” is no number to compare “${name}” with.`);
		return undefined;
	}
	return row => known.some(test => test(row));
}

function columnsNamed(name: string, columns: readonly FilterColumn[]): number[] {
	const plain = (text: string): string => text.toLowerCase().replaceAll('_', ' ');
	const wanted = plain(name);
	const titles = columns.map(({ title }) => plain(title));
	const exact = titles.flatMap((title, index) => (title === wanted ? [index] : []));
	return exact.length > 0
		? exact
		: titles.flatMap((title, index) => (title.includes(wanted) ? [index] : []));
}

function valueTest(
	operator: Operator,
	text: string,
	values: ColumnValues,
): ((value: CellValue) => boolean) | undefined {
	const wanted = text.toLowerCase();
	const number = filterNumber(text, values);
	switch (operator) {
		case ':':
			return value => contains(value, wanted);
		case '=':
			return value => isEqual(value, wanted, number);
		case '!=':
			return value => !isEqual(value, wanted, number);
		case '<':
			return compareWith(number, (a, b) => a < b);
		case '<=':
			return compareWith(number, (a, b) => a <= b);
		case '>':
			return compareWith(number, (a, b) => a > b);
		case '>=':
			return compareWith(number, (a, b) => a >= b);
	}
}

function isEqual(value: CellValue, wanted: string, number: number | undefined): boolean {
	return typeof value === 'number' ? value === number : value?.toLowerCase() === wanted;
}

function compareWith(
	number: number | undefined,
	test: (value: number, number: number) => boolean,
): ((value: CellValue) => boolean) | undefined {
	return number === undefined
		? undefined
		: value => typeof value === 'number' && test(value, number);
}

const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** `1e-5`, of durations `90min` and `2h`, of times `2026-11-20`. */
function filterNumber(text: string, values: ColumnValues): number | undefined {
	if (values === 'time') {
		const time = Date.parse(text);
		return Number.isNaN(time) ? undefined : time;
	}
	const [, digits = text, unit] =
		values === 'duration' ? (/^([\d.]+)(s|min|h|d)$/.exec(text) ?? []) : [];
	const number = digits.trim() === '' ? Number.NaN : Number(digits);
	return Number.isNaN(number) ? undefined : number * (seconds[unit ?? 's'] ?? 1);
}
