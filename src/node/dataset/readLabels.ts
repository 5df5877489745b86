import { readdir } from 'node:fs/promises';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Label } from '../../core/dataset/annotation';
import { annotationFolder, AnnotationStore } from './annotationStore';

/** What all annotators of a dataset decided. */
export interface AgreedLabels {
	/** By example id. Where one says keep and another drop, it is keep: no row goes in a quarrel. */
	readonly labels: ReadonlyMap<string, Label>;
	/** Ids that annotators disagree on. */
	readonly disputed: readonly string[];
}

/** Reads the annotation files of every author beside a dataset. */
export async function readLabels(datasetPath: string): Promise<Result<AgreedLabels>> {
	const authors = await authorsOf(datasetPath);
	if (!authors.ok) {
		return authors;
	}
	const labels = new Map<string, Label>();
	const disputed = new Set<string>();
	for (const author of authors.value) {
		const own = await new AnnotationStore(datasetPath, author).labels();
		if (!own.ok) {
			return own;
		}
		for (const [id, label] of own.value) {
			const before = labels.get(id);
			if (before !== undefined && before !== label) {
				disputed.add(id);
			}
			labels.set(id, before === 'keep' ? 'keep' : label);
		}
	}
	return ok({ labels, disputed: [...disputed] });
}

async function authorsOf(datasetPath: string): Promise<Result<string[]>> {
	const folder = annotationFolder(datasetPath);
	try {
		const names = await readdir(folder);
		return ok(
			names
				.filter(name => name.endsWith('.jsonl'))
				.map(name => name.slice(0, -'.jsonl'.length))
				.sort(),
		);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return ok([]);
		}
		const details = { path: folder, reason: reasonOf(error) };
		return err(new WindsockError('fileUnreadable', details, { cause: error }));
	}
}
