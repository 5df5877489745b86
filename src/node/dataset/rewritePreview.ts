import { rowText } from './unsavedChanges';
import type { RewritePlan } from './rewriteRows';

/**
 * What a planned change does, as two texts to compare. Of more than `most` rows it shows that many
 * from all over the dataset, since the first ones are often alike.
 */
export function rewritePreview(
	plan: RewritePlan,
	most = 100,
): { readonly before: string; readonly after: string } {
	const rows = [...plan.rows].sort((a, b) => a.number - b.number);
	const step = Math.max(1, rows.length / most);
	const shown = rows.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
	const end =
		shown.length < rows.length
			? `// ${count(shown.length)} of ${count(rows.length)} rows, spread evenly\n`
			: '';
	const side = (bytes: (row: (typeof shown)[number]) => Uint8Array | undefined): string =>
		shown
			.map(row => {
				const content = bytes(row);
				return rowText(`Row ${row.number}${content ? '' : ': deleted'}`, content);
			})
			.join('');
	return { before: end + side(row => row.before), after: end + side(row => row.after) };
}

function count(rows: number): string {
	return rows.toLocaleString('en-US');
}
