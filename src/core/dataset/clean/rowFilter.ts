import { err, ok, type Result } from '../../base/result';
import { textsOf } from '../example';
import { findingCodeNamed } from '../findings/checks';
import type { WorkRow } from './workRow';

export type RowFilter = (row: WorkRow) => boolean;
/** Reads a query; the error is a phrase about what is wrong with it. */
export type ParseFilter = (query: string) => Result<RowFilter, string>;

/**
 * Reads a query of terms that must all hold: `finding:CODE`, `label:keep|drop`, `format:NAME`, a
 * word or `/pattern/` that stands in a text of the row; `-` before a term turns it round.
 */
export const parseFilter: ParseFilter = query => {
	const terms: RowFilter[] = [];
	for (const word of query.match(/-?\/(?:\\.|[^/\\])+\/i?|-?"[^"]*"|\S+/g) ?? []) {
		const isTurned = word.startsWith('-') && word.length > 1;
		const term = parseTerm(isTurned ? word.slice(1) : word);
		if (!term.ok) {
			return term;
		}
		terms.push(isTurned ? row => !term.value(row) : term.value);
	}
	return ok(row => terms.every(term => term(row)));
};

function parseTerm(word: string): Result<RowFilter, string> {
	const [, name, value = ''] = /^(finding|label|format):(.+)$/.exec(word) ?? [];
	if (name === 'finding') {
		const code = findingCodeNamed(value);
		return code ? ok(row => row.findings.has(code)) : err(`no finding is called “${value}”`);
	}
	if (name === 'label') {
		return ok(row => (row.label ?? 'none') === value);
	}
	if (name === 'format') {
		return ok(row => row.recognised.format === value);
	}
	const [, pattern, flag] = /^\/(.+)\/(i?)$/.exec(word) ?? [];
	if (pattern !== undefined) {
		try {
			const expression = new RegExp(pattern, `u${flag}`);
			return ok(row => textsOf(row.recognised.example).some(text => expression.test(text)));
		} catch {
			return err(`${word} is no regular expression`);
		}
	}
	const wanted = word.replaceAll('"', '').toLowerCase();
	return ok(row =>
		textsOf(row.recognised.example).some(text => text.toLowerCase().includes(wanted)),
	);
}
