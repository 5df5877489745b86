import { byteSize } from '../../base/byteSize';
import { gpuMemory } from './gpuMemory';
import type { Values } from './preflightReport';

/** The words of one code. */
export interface Words {
	/** Two or three words for lists. */
	readonly name: string;
	/** What is wrong with a row or a whole, without capital letter and full stop. */
	readonly sentence: string | ((say: Say) => string);
	/** What to do about it, without a full stop. */
	readonly advice: string | ((say: Say) => string);
}

/** Values of a finding as words; what the host did not say is a “?”, so that no sentence breaks. */
export interface Say {
	has(name: string): boolean;
	text(name: string): string;
	/** The last line of what a program said, where it names what went wrong. */
	lastLine(name: string): string;
	/** Items of a list, the first few. */
	list(name: string): string;
	number(name: string): string;
	/** Of a share from 0 to 1. */
	percent(name: string): string;
	bytes(name: string): string;
	/** Of bytes, as the memory of GPUs is told. */
	gpu(name: string): string;
	items(name: string): readonly unknown[];
}

export function sayer(values: Values): Say {
	const number = (name: string): number | undefined => {
		const value = values[name];
		return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
	};
	const or = <T>(value: T | undefined, said: (value: T) => string): string =>
		value === undefined ? '?' : said(value);
	return {
		has: name => values[name] !== undefined && values[name] !== null,
		text: name => or(values[name], textOf),
		lastLine: name => or(values[name], value => String(value).trim().split('\n').at(-1) ?? ''),
		list: name => or(values[name], value => listed(Array.isArray(value) ? value : [value])),
		number: name => or(number(name), grouped),
		percent: name => or(number(name), value => `${Number((value * 100).toPrecision(2))} %`),
		bytes: name => or(number(name), byteSize),
		gpu: name => or(number(name), gpuMemory),
		items: name => (Array.isArray(values[name]) ? (values[name] as unknown[]) : []),
	};
}

const longestValue = 300;
const mostListed = 5;

export function textOf(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
	return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function listed(values: readonly unknown[]): string {
	const shown = values.slice(0, mostListed).map(value => `“${textOf(value)}”`);
	const more = values.length - shown.length;
	return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

export function grouped(value: number): string {
	return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
