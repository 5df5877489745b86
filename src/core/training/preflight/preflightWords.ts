import { dataWords } from './dataWords';
import { hostWords } from './hostWords';
import type { PreflightKind } from './preflightReport';
import { rowFacts } from './rowFacts';
import { tokenWords } from './tokenWords';
import { grouped, sayer, textOf, type Say, type Words } from './wording';

/** What people read of a finding of a preflight. */
export interface PreflightWords {
	/** Two or three words for lists. */
	readonly name: string;
	/** What is wrong with a row or a whole, without capital letter and full stop. */
	readonly sentence: string;
	/** What to do about it, without a full stop. */
	readonly advice: string;
}

/** Every code that hosts tell of. */
const words: Readonly<Record<string, Words>> = { ...dataWords, ...tokenWords, ...hostWords };

export function wordsFor({ code, values }: Pick<PreflightKind, 'code' | 'values'>): PreflightWords {
	if (!isKnownCode(code)) {
		const facts = Object.entries(values).map(([name, value]) => `${name} ${textOf(value)}`);
		const sentence = facts.length === 0 ? code : `${code}: ${facts.join(', ')}`;
		return { name: code, sentence, advice: 'Update Windsock: this finding is newer than it' };
	}
	const { name, sentence, advice } = words[code] ?? { name: '', sentence: '', advice: '' };
	const say = sayer(values);
	return { name, sentence: said(sentence, say), advice: said(advice, say) };
}

export function isKnownCode(code: string): boolean {
	return Object.hasOwn(words, code);
}

/** What is to say of one row beside the sentence of its kind; empty where there is nothing. */
export function detailOfRow({ ofRow }: Pick<PreflightKind, 'ofRow'>, row: number): string {
	return rowFacts(ofRow.get(row) ?? {});
}

/** What is to say of its first row, to go behind the sentence: “ (row 3: …)”; empty where that is nothing. */
export function firstDetail(kind: Pick<PreflightKind, 'rows' | 'ofRow'>): string {
	const [row] = kind.rows;
	const detail = row === undefined ? '' : detailOfRow(kind, row);
	return detail === '' ? '' : kind.rows.length === 1 ? ` (${detail})` : ` (row ${row}: ${detail})`;
}

/** How many rows it is about and the first of them: “3 rows (2, 8, 19)”. Empty for a whole. */
export function rowsInWords({ rows }: Pick<PreflightKind, 'rows'>, shown = 5): string {
	if (rows.length === 0) {
		return '';
	}
	const first = rows.slice(0, shown).join(', ');
	const more = rows.length > shown ? ', …' : '';
	return rows.length === 1 ? `row ${first}` : `${grouped(rows.length)} rows (${first}${more})`;
}

function said(phrase: Words['sentence'], say: Say): string {
	return typeof phrase === 'string' ? phrase : phrase(say);
}
