import { posix } from 'node:path';
import { datasetNames } from '../../../core/dataset/container';
import { inNaturalOrder } from '../../../core/dataset/datasetFiles';
import type { HubFile, HubListing } from '../../../core/dataset/hub/hubListing';

/** Files of a dataset that are opened as one list. */
export interface HubChoice {
	/** What people call it: a split with its configuration, or the path. */
	readonly name: string;
	/** A file or a glob in the repository that names just these files. */
	readonly path: string;
	/** In the order of their rows. */
	readonly files: readonly HubFile[];
}

/** Describes data more often than it holds any. */
const descriptions =
	/(?:^|\/)(?:dataset_infos?|state|dataset_dict|config|metadata|tokenizer[^/]*|package)\.json$/i;
const fileName = /^(.*?)(\d+)?(?:-of-\d+)?(?:-[0-9a-f]{16})?(\.[a-z]+(?:\.(?:gz|zst))?)$/i;

/**
 * The lists that a dataset can be opened as: the splits that its card names, else the files that
 * differ by number only.
 *
 * @param folder only what is in this folder of the repository; empty for all of it
 */
export function hubChoices(listing: HubListing, folder = ''): HubChoice[] {
	const within = folder === '' ? '' : `${folder}/`;
	const inside = dataFiles(listing.files).filter(({ path }) => path.startsWith(within));
	const others = inside.filter(({ path }) => !/\.json$/i.test(path));
	const files = others.length > 0 ? others : inside;
	const named = listing.splits.flatMap(({ config, split, patterns }): HubChoice[] => {
		const path = patterns.length === 1 ? (patterns[0] ?? '') : `{${patterns.join(',')}}`;
		const found = filesOf(inside, path);
		return found.length > 0
			? [{ name: nameOf(config, split), path: withExtension(path, found, inside), files: found }]
			: [];
	});
	// What is trained on comes first; it is also what most people want to see.
	return named.length > 0
		? named
		: numbered(files).sort((a, b) => Number(isTrain(b)) - Number(isTrain(a)));
}

/** The files that a path or a glob names, in the order of their rows. */
export function filesOf(files: readonly HubFile[], pattern: string): HubFile[] {
	const exact = files.find(({ path }) => path === pattern);
	return exact
		? [exact]
		: inOrder(dataFiles(files).filter(({ path }) => posix.matchesGlob(path, pattern)));
}

function numbered(files: readonly HubFile[]): HubChoice[] {
	const groups = new Map<string, HubFile[]>();
	for (const file of inOrder(files)) {
		const folder = posix.dirname(file.path);
		const [, start = '', number, extension = ''] = fileName.exec(posix.basename(file.path)) ?? [];
		const within = folder === '.' ? '' : `${folder}/`;
		const glob = number === undefined ? file.path : `${within}${start}*${extension}`;
		groups.set(glob, [...(groups.get(glob) ?? []), file]);
	}
	return [...groups].map(([glob, own]) => {
		const [only] = own;
		const path =
			own.length === 1 && only
				? only.path
				: filesOf(files, glob).length === own.length
					? glob
					: glob.replace(/\*(?=[^*]*$)/, '[0-9]*');
		return { name: path, path, files: own };
	});
}

/** Cards write `data/train-*`; with the extension a tab and a copy say what kind of file it is. */
function withExtension(
	pattern: string,
	found: readonly HubFile[],
	all: readonly HubFile[],
): string {
	const [extension, ...others] = new Set(
		found.map(({ path }) => fileName.exec(posix.basename(path))?.[3] ?? ''),
	);
	const longer = `${pattern}${extension}`;
	const isSame = others.length === 0 && filesOf(all, longer).length === found.length;
	return pattern.endsWith('*') && isSame ? longer : pattern;
}

function dataFiles(files: readonly HubFile[]): HubFile[] {
	return files.filter(
		({ path }) => datasetNames.test(path) && !descriptions.test(path) && !/(?:^|\/)\./.test(path),
	);
}

function inOrder(files: readonly HubFile[]): HubFile[] {
	const byPath = new Map(files.map(file => [file.path, file]));
	return inNaturalOrder([...byPath.keys()]).flatMap(path => byPath.get(path) ?? []);
}

function isTrain({ path }: HubChoice): boolean {
	return /(?:^|[^a-z])train/i.test(path);
}

function nameOf(config: string, split: string): string {
	return config === 'default' ? split : `${config} / ${split}`;
}
