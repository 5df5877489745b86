import { readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import {
	parseKeptRecord,
	recordName,
	type KeptRecord,
} from '../../../core/dataset/merge/keptRecord';

/** A copy that is kept offline, with what it was made of. */
export interface KeptCopy {
	readonly record: KeptRecord;
	/** The copy, to be edited. */
	readonly path: string;
	/** The copy as it was made. */
	readonly basePath: string;
	/** What could not be merged, when it was tried last. */
	readonly conflictsPath: string;
}

const place = join('.windsock', 'offline');

/** Where copies are kept in the user's folder. */
export function offlineFolder(workspace: string): string {
	return join(workspace, place);
}

/** What a file is a copy of; `undefined` for any other file. */
export async function keptCopyAt(path: string): Promise<KeptCopy | undefined> {
	if (!path.includes(`${sep}${place}${sep}`)) {
		return undefined;
	}
	const folder = dirname(path);
	try {
		const record = parseKeptRecord(await readFile(join(folder, recordName), 'utf8'));
		return record?.file === basename(path) ? keptCopy(folder, record) : undefined;
	} catch {
		// A file that somebody put there: it is a dataset as any other.
		return undefined;
	}
}

export function keptCopy(folder: string, record: KeptRecord): KeptCopy {
	return {
		record,
		path: join(folder, record.file),
		basePath: join(folder, '.base', record.file),
		conflictsPath: join(folder, 'conflicts.jsonl'),
	};
}
