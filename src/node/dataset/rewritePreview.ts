import { rowText } from './unsavedChanges';
import type { RewritePlan } from './rewriteRows';

/** What a planned change does, as two texts to compare: at most `most` of its rows. */
export function rewritePreview(
	plan: RewritePlan,
	most = 500,
): { readonly before: string; readonly after: string } {
	const shown = [...plan.rows].sort((a, b) => a.number - b.number).slice(0, most);
	const rest = plan.rows.length - shown.length;
	const end = rest > 0 ? `// and ${rest.toLocaleString('en-US')} more rows\n` : '';
	const side = (bytes: (row: (typeof shown)[number]) => Uint8Array | undefined): string =>
		shown
			.map(row => {
				const content = bytes(row);
				return rowText(`Row ${row.number}${content ? '' : ': deleted'}`, content);
			})
			.join('');
	return { before: side(row => row.before) + end, after: side(row => row.after) + end };
}
