import { isCommit, isPath } from './hubLocation';

export interface HubFile {
	/** In the repository, with slashes. */
	readonly path: string;
	/** In bytes. */
	readonly size: number;
	/** Differs for other content: the SHA-256 of a large file, the git object of a small one. */
	readonly content: string;
}

/** One split of one configuration, as the dataset's card names its files. */
export interface HubSplit {
	readonly config: string;
	readonly split: string;
	/** Globs in the repository. */
	readonly patterns: readonly string[];
}

/** The files of a dataset at one commit. */
export interface HubListing {
	readonly id: string;
	/** 40 hexadecimal digits. */
	readonly commit: string;
	readonly files: readonly HubFile[];
	/** Those that the card names, in its order. */
	readonly splits: readonly HubSplit[];
}

/**
 * Reads what `/api/datasets/ID/revision/REVISION?blobs=true` answers; `undefined` for anything
 * else. What leads out of the repository is left out.
 */
export function parseHubListing(answer: unknown): HubListing | undefined {
	const id = field(answer, 'id');
	const commit = field(answer, 'sha');
	const siblings = field(answer, 'siblings');
	if (typeof id !== 'string' || typeof commit !== 'string' || !isCommit(commit)) {
		return undefined;
	}
	if (!Array.isArray(siblings)) {
		return undefined;
	}
	return {
		id,
		commit,
		files: siblings.flatMap(fileOf),
		splits: listOf(field(field(answer, 'cardData'), 'configs')).flatMap(splitsOf),
	};
}

function fileOf(sibling: unknown): HubFile[] {
	const path = field(sibling, 'rfilename');
	const size = field(sibling, 'size');
	const content = field(field(sibling, 'lfs'), 'sha256') ?? field(sibling, 'blobId');
	return typeof path === 'string' && isPath(path) && Number.isSafeInteger(size)
		? [{ path, size: size as number, content: typeof content === 'string' ? content : '' }]
		: [];
}

/** A card may give one path, several, or those of each split. */
function splitsOf(config: unknown): HubSplit[] {
	const name = field(config, 'config_name');
	const files = field(config, 'data_files');
	const folder = field(config, 'data_dir');
	const within = typeof folder === 'string' ? `${folder.replace(/^\.?\/|\/$/g, '')}/` : '';
	const patternsOf = (paths: unknown): string[] =>
		listOf(paths)
			.filter(path => typeof path === 'string')
			.map(path => within + path.replace(/^\.?\//, ''))
			.filter(isPath);
	const named = listOf(files).filter(one => typeof one === 'object');
	const splits =
		named.length > 0
			? named.map(one => ({ split: field(one, 'split'), patterns: patternsOf(field(one, 'path')) }))
			: [{ split: 'train', patterns: patternsOf(files) }];
	return splits.flatMap(({ split, patterns }) =>
		typeof split === 'string' && patterns.length > 0
			? [{ config: typeof name === 'string' ? name : 'default', split, patterns }]
			: [],
	);
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
