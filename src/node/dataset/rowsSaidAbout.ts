import { agreedLabel } from '../../core/dataset/annotate/agreedLabel';
import type { Annotation } from '../../core/dataset/annotate/annotationFold';
import type { Label } from '../../core/dataset/annotation';
import { remarksOf, type Remarks } from '../../core/dataset/query/remarks';
import type { ScanTable } from '../../core/dataset/rowScan';
import type { AgreedLabels } from './readLabels';
import { findRenamedRows } from './rowNames';

/** What all annotators together say, by row of the file. */
export interface RowsSaidAbout {
	readonly labels: ReadonlyMap<number, Label>;
	readonly remarks: ReadonlyMap<number, Remarks>;
	/** Names that are labelled and not in the file. */
	readonly detached: readonly string[];
}

/** Finds the rows of the file that annotations are about. Two names may lead to one row. */
export function rowsSaidAbout(said: AgreedLabels, scan: ScanTable): RowsSaidAbout {
	const places = findRenamedRows(said.annotations.keys(), said.renames, scan);
	const labels = new Map<number, Label>();
	const annotations = new Map<number, Annotation[]>();
	for (const [name, own] of said.annotations) {
		const row = places.get(name);
		if (row === undefined) {
			continue;
		}
		annotations.set(row, [...(annotations.get(row) ?? []), ...own]);
		const label = said.labels.get(name);
		if (label !== undefined) {
			const other = labels.get(row);
			labels.set(row, other === undefined ? label : agreedLabel(other, label));
		}
	}
	const remarks = new Map<number, Remarks>();
	for (const [row, own] of annotations) {
		const together = remarksOf(own);
		if (together) {
			remarks.set(row, together);
		}
	}
	const detached = [...said.labels.keys()].filter(name => !places.has(name));
	return { labels, remarks, detached };
}
