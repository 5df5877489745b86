import { datasetNames } from './container';

/** Files that stand beside data and hold no rows of it. */
const sideFiles =
	/^(?:dataset_infos?|state|dataset_dict|config|tokenizer.*|trainer_state)\.json$|\.provenance\.jsonl$/i;
const shardName = /^(.*?)[-_.](\d{5})-of-\d{5}/;

/**
 * The files of a folder that are one dataset, in natural order; or why they are not one.
 *
 * @param names names of the files of the folder
 */
export function shardsOf(
	names: readonly string[],
):
	| { readonly ok: true; readonly files: string[] }
	| { readonly ok: false; readonly reason: string } {
	const data = names.filter(name => datasetNames.test(name) && !name.startsWith('.'));
	const files = withoutMetadata(data.filter(name => !sideFiles.test(name)));
	if (files.length === 0) {
		return { ok: false, reason: 'no file in it holds rows' };
	}
	const kinds = [...new Set(files.map(extensionOf))];
	if (kinds.length > 1) {
		return { ok: false, reason: `it holds files of several kinds (${kinds.sort().join(', ')})` };
	}
	const splits = [...new Set(files.map(name => shardName.exec(name)?.[1]))];
	if (splits.length > 1) {
		const named = splits.map(split => split ?? 'others').sort();
		return { ok: false, reason: `it holds several splits (${named.join(', ')})` };
	}
	return { ok: true, files: inNaturalOrder(files) };
}

/** The splits that `save_to_disk` of a DatasetDict has written, each a folder. */
export function splitsOf(datasetDict: string): string[] {
	const value = parsed(datasetDict);
	const splits: unknown = isRecord(value) ? value['splits'] : undefined;
	return Array.isArray(splits) ? splits.filter(split => typeof split === 'string') : [];
}

/** The files that the `state.json` of `save_to_disk` names, in its order; none for another file. */
export function savedFiles(state: string): string[] {
	const value = parsed(state);
	const files: unknown = isRecord(value) ? value['_data_files'] : undefined;
	if (!Array.isArray(files)) {
		return [];
	}
	const names = files.map((file: unknown) => (isRecord(file) ? file['filename'] : undefined));
	// A name and never a path: the file comes from others.
	return names.filter(name => typeof name === 'string').filter(name => /^[^/\\]+$/.test(name));
}

export function inNaturalOrder(names: readonly string[]): string[] {
	const natural = new Intl.Collator('en', { numeric: true });
	return [...names].sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
}

/** `.json` files beside other data describe it more often than they are part of it. */
function withoutMetadata(files: readonly string[]): string[] {
	const others = files.filter(name => !/\.json$/i.test(name));
	return others.length > 0 ? others : [...files];
}

function extensionOf(name: string): string {
	return (/\.[a-z]+(?:\.(?:gz|zst))?$/i.exec(name)?.[0] ?? '').toLowerCase();
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

/**
 * What to choose from where a folder is not one dataset: a glob for each split and each kind of
 * file, or the name of a file that is alone.
 */
export function choicesOf(names: readonly string[]): string[] {
	const groups = new Map<string, string[]>();
	for (const name of names) {
		if (datasetNames.test(name) && !name.startsWith('.') && !sideFiles.test(name)) {
			const shard = shardName.exec(name);
			const glob = `${shard ? `${name.slice(0, shard[0].indexOf('-of-') - 5)}*-of-*` : '*'}${extensionOf(name)}`;
			groups.set(glob, [...(groups.get(glob) ?? []), name]);
		}
	}
	return inNaturalOrder(
		[...groups].flatMap(([glob, files]) => (files.length === 1 ? files : [glob])),
	);
}
