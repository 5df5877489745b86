import { ok, type Result } from '../../core/base/result';
import { agreedLabel } from '../../core/dataset/annotate/agreedLabel';
import {
	annotationOf,
	foldAnnotations,
	type Annotation,
} from '../../core/dataset/annotate/annotationFold';
import type { Label } from '../../core/dataset/annotation';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { AnnotationStore } from './annotationStore';

/** What all annotators of a dataset decided. */
export interface AgreedLabels {
	/** By example id. Where not all who decided say drop, it stays: no row goes in a quarrel. */
	readonly labels: ReadonlyMap<string, Label>;
	/** All that each annotator said, by example id. */
	readonly annotations: ReadonlyMap<string, readonly Annotation[]>;
	/** Ids that annotators disagree on. */
	readonly disputed: readonly string[];
	/** What ids that are not in the file may be called now. */
	readonly renames: ReadonlyMap<string, string>;
}

/**
 * Reads the annotation files of every author beside a dataset.
 *
 * @param workspace folder that has those of datasets that are not on this machine
 */
export async function readLabels(
	datasetPath: string,
	workspace?: string,
): Promise<Result<AgreedLabels>> {
	const isFar = isHubLocation(datasetPath);
	const store = new AnnotationStore(datasetPath, undefined, isFar ? workspace : undefined);
	const files = await store.readFiles();
	if (!files.ok) {
		return files;
	}
	const labels = new Map<string, Label>();
	const annotations = new Map<string, Annotation[]>();
	const disputed = new Set<string>();
	const folded = foldAnnotations(files.value);
	for (const sayings of folded.answers.values()) {
		for (const [id, events] of sayings) {
			const annotation = annotationOf(events);
			const { label } = annotation;
			annotations.set(id, [...(annotations.get(id) ?? []), annotation]);
			const before = labels.get(id);
			if (label === undefined) {
				continue;
			}
			if (before !== undefined && before !== label) {
				disputed.add(id);
			}
			labels.set(id, before === undefined ? label : agreedLabel(before, label));
		}
	}
	return ok({ labels, annotations, disputed: [...disputed], renames: folded.renames });
}
