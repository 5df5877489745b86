import { byteSize } from '../../base/byteSize';
import type { PreflightKind, Values } from './preflightReport';

/** What people read of a finding of a preflight. */
export interface PreflightWords {
	/** Two or three words for lists. */
	readonly name: string;
	/** What is wrong, without a full stop. */
	readonly sentence: string;
	/** What to do about it, without a full stop. */
	readonly advice: string;
}

interface Words {
	readonly name: string;
	/** @param rows the rows it is about, as “3 rows”, or “the dataset” where it names none */
	readonly sentence: (say: Say, rows: string) => string;
	readonly advice: string | ((say: Say) => string);
}

/** Values of a finding as words; what the host did not say is a “?”, so that no sentence breaks. */
interface Say {
	text(name: string): string;
	/** Items of a list, the first few. */
	list(name: string): string;
	number(name: string): string;
	percent(name: string): string;
	bytes(name: string): string;
	/** ` (…)`, or nothing where the value is absent. */
	aside(name: string): string;
}

/** Every code that hosts tell of, in the order of the parts: data, recipe, host, trust. */
const words: Readonly<Record<string, Words>> = {};

export function wordsFor(kind: PreflightKind): PreflightWords {
	const known = Object.hasOwn(words, kind.code) ? words[kind.code] : undefined;
	const say = sayer(kind.values);
	const { length } = kind.rows;
	const rows = length === 0 ? 'the dataset' : length === 1 ? '1 row' : `${grouped(length)} rows`;
	if (known === undefined) {
		const facts = Object.entries(kind.values)
			.map(([name, value]) => `${name} ${textOf(value)}`)
			.join(', ');
		return {
			name: kind.code,
			sentence: facts === '' ? kind.code : `${kind.code}: ${facts}`,
			advice: 'Update Windsock: this finding is newer than it',
		};
	}
	const advice = typeof known.advice === 'string' ? known.advice : known.advice(say);
	return { name: known.name, sentence: known.sentence(say, rows), advice };
}

/** What is to say of one row beside the sentence of its kind; empty where there is nothing. */
export function detailOfRow(kind: PreflightKind, row: number): string {
	const own = kind.ofRow.get(row);
	return own === undefined
		? ''
		: Object.entries(own)
				.map(([name, value]) => (name === 'reason' ? textOf(value) : `${name} ${textOf(value)}`))
				.join(', ');
}

export function isKnownCode(code: string): boolean {
	return Object.hasOwn(words, code);
}

function sayer(values: Values): Say {
	const number = (name: string): number | undefined => {
		const value = values[name];
		return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
	};
	const or = <T>(value: T | undefined, said: (value: T) => string): string =>
		value === undefined ? '?' : said(value);
	return {
		text: name => or(values[name], textOf),
		list: name => or(values[name], value => listed(Array.isArray(value) ? value : [value])),
		number: name => or(number(name), grouped),
		percent: name => or(number(name), value => `${(value * 100).toPrecision(2)} %`),
		bytes: name => or(number(name), byteSize),
		aside: name => (values[name] === undefined ? '' : ` (${textOf(values[name])})`),
	};
}

const longestValue = 300;
const mostListed = 5;

function textOf(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
	return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function listed(values: readonly unknown[]): string {
	const shown = values.slice(0, mostListed).map(value => `“${textOf(value)}”`);
	const more = values.length - shown.length;
	return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function grouped(value: number): string {
	return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
