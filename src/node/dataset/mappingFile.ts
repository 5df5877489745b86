import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseMapping, type RowMapping } from '../../core/dataset/rowMapping';
import { writeAtomically } from './atomicWrite';

const schemaVersion = 1;

interface MappingFile {
	readonly folder: string;
	/** By the path of the dataset from the folder that `.windsock` stands in, with slashes. */
	readonly datasets: Readonly<Record<string, unknown>>;
}

/**
 * How a person said that a dataset is to be read: from the nearest `.windsock/mappings.json` in its
 * folder or one above; `undefined` where its rows speak for themselves.
 */
export async function mappingFor(location: string): Promise<RowMapping | undefined> {
	const path = resolve(location);
	const file = await nearestFile(dirname(path));
	return file && parseMapping(file.datasets[keyOf(file.folder, path)]);
}

/**
 * Notes how a dataset is to be read, or with `undefined` that its rows speak for themselves.
 *
 * @param workspace the folder for a new file where none is above the dataset
 */
export async function writeMapping(
	location: string,
	mapping: RowMapping | undefined,
	workspace: string,
): Promise<Result<void>> {
	const path = resolve(location);
	const found = await nearestFile(dirname(path));
	const folder = found?.folder ?? workspace;
	const target = mappingPath(folder);
	if (!found && (await textOf(target)) !== undefined) {
		const reason = 'it is no mapping file that this version can read';
		return err(new WindsockError('fileUnreadable', { path: target, reason }));
	}
	const { [keyOf(folder, path)]: _, ...others } = found?.datasets ?? {};
	const datasets = mapping ? { ...others, [keyOf(folder, path)]: mapping } : others;
	await mkdir(dirname(target), { recursive: true });
	const text = `${JSON.stringify({ schemaVersion, datasets }, null, '\t')}\n`;
	const written = await writeAtomically(target, async handle => {
		await handle.appendFile(text);
	});
	return written.ok ? ok() : written;
}

async function nearestFile(from: string): Promise<MappingFile | undefined> {
	for (let folder = from; ; folder = dirname(folder)) {
		const datasets = datasetsIn(await textOf(mappingPath(folder)));
		if (datasets) {
			return { folder, datasets };
		}
		if (folder === dirname(folder)) {
			return undefined;
		}
	}
}

function mappingPath(folder: string): string {
	return join(folder, '.windsock', 'mappings.json');
}

function datasetsIn(text: string | undefined): Record<string, unknown> | undefined {
	try {
		const value: unknown = text === undefined ? undefined : JSON.parse(text);
		const { schemaVersion: version, datasets } = (value ?? {}) as Record<string, unknown>;
		const isOurs = version === schemaVersion && typeof datasets === 'object' && datasets !== null;
		return isOurs ? (datasets as Record<string, unknown>) : undefined;
	} catch {
		// What cannot be read says nothing; the rows then speak for themselves.
		return undefined;
	}
}

async function textOf(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch {
		// Not there: the next folder up may have one.
		return undefined;
	}
}

function keyOf(folder: string, path: string): string {
	return relative(folder, path).split(sep).join('/');
}
