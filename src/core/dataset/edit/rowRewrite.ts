import { err, ok, type Result } from '../../base/result';
import { fixBytes, type FixName } from '../clean/fixRow';
import type { RowMapping } from '../rowMapping';
import { compileSearch, replaceInRow, type TextSearch } from './replaceText';

/** The same change for many rows, each by itself. */
export type RowRewrite =
	| { readonly kind: 'replace'; readonly search: TextSearch; readonly replacement: string }
	| { readonly kind: 'fix'; readonly fix: FixName };

/** `null`: the row stays. `empty`: nothing worth keeping would be left of it. */
export type RewrittenRow = { readonly bytes: Uint8Array; readonly places: number } | 'empty' | null;

/**
 * A rewrite ready to run; the error is the reason why it cannot.
 *
 * @param mapping how a person said that the rows are to be read
 */
export function compileRewrite(
	rewrite: RowRewrite,
	mapping?: RowMapping,
): Result<(row: Uint8Array) => RewrittenRow, string> {
	if (rewrite.kind === 'fix') {
		return ok(row => {
			const fixed = fixBytes(row, rewrite.fix, mapping);
			return fixed.kind === 'changed'
				? { bytes: fixed.bytes, places: fixed.edits.length }
				: fixed.kind === 'dropped'
					? 'empty'
					: null;
		});
	}
	const { search, replacement } = rewrite;
	const pattern = compileSearch(search);
	return pattern.ok
		? ok(row => {
				const replaced = replaceInRow(row, pattern.value, search, replacement, mapping);
				return replaced ? { bytes: replaced.bytes, places: replaced.occurrences } : null;
			})
		: err(pattern.error);
}
