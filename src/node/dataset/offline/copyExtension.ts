import type { DatasetFile } from '../datasetFile';

/** What the name of a copy ends with, so that it can be written and edited. */
export function copyExtension({ parts }: DatasetFile): string {
	const [first, ...others] = parts;
	const own = /\.[a-z]+(?:\.(?:gz|zst))?$/i.exec(first.path)?.[0] ?? '.jsonl';
	return others.length > 0 || first.kind === 'arrow' ? '.jsonl' : own;
}
