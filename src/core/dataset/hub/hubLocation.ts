import { WindsockError } from '../../base/errors';
import { err, ok, type Result } from '../../base/result';

/** What `hf://datasets/ID@revision/path` names. */
export interface HubLocation {
	/** `owner/name`, or a name alone as the oldest datasets have. */
	readonly id: string;
	/** A branch, a tag or a commit; the Hub's main branch where none is named. */
	readonly revision: string | undefined;
	/** A file, a folder or a glob in the repository; empty for all of it. */
	readonly path: string;
}

const scheme = 'hf://datasets/';
const location = /^([^/@]+(?:\/[^/@]+)?)(?:@((?:refs\/(?:convert|pr)\/)?[^/]+))?(?:\/(.*))?$/;
const webPage =
	/^https?:\/\/[^/]+\/datasets\/([^/?#]+\/[^/?#]+)(?:\/(?:tree|blob|resolve)\/([^?#]+))?/;
const segment = /^(?!\.{1,2}$)[\w.-]{1,96}$/;
const commitName = /^[0-9a-f]{40}$/;

export function isHubLocation(text: string): boolean {
	return text.startsWith('hf://');
}

/** Reads a location as commands and pipelines take it. */
export function parseHubLocation(text: string): Result<HubLocation> {
	const found = text.startsWith(scheme) ? location.exec(text.slice(scheme.length)) : null;
	const [, id = '', revision, path = ''] = found ?? [];
	const named = revision === undefined ? undefined : decoded(revision);
	const isRight =
		id.split('/').every(part => segment.test(part)) &&
		named !== '' &&
		// A name alone is followed by a revision or by nothing.
		(path === '' || id.includes('/') || named !== undefined) &&
		isPath(named ?? 'main') &&
		(path === '' || isPath(path.replace(/\/$/, '')));
	return isRight
		? ok({ id, revision: named, path: path.replace(/\/$/, '') })
		: err(new WindsockError('hubLocationInvalid', { location: text }));
}

/** The same for what people paste: also `owner/name` and the address of a page of the Hub. */
export function readHubLocation(text: string): Result<HubLocation> {
	const trimmed = text.trim();
	const page = webPage.exec(trimmed);
	if (page) {
		const [, id = '', rest] = page;
		return parseHubLocation(`${scheme}${id}${rest === undefined ? '' : `@${decoded(rest)}`}`);
	}
	return parseHubLocation(isHubLocation(trimmed) ? trimmed : scheme + trimmed);
}

export function hubLocationText({ id, revision, path }: HubLocation): string {
	const named =
		revision === undefined
			? ''
			: `@${/^refs\/(?:convert|pr)\/[^/]+$/.test(revision) ? revision : encodeURIComponent(revision)}`;
	return `${scheme}${id}${named}${path === '' ? '' : `/${path}`}`;
}

/**
 * What stays when a dataset moves on to another commit: what people say about examples belongs to
 * it. Other locations are given back as they are.
 */
export function withoutRevision(text: string): string {
	const parsed = isHubLocation(text) ? parseHubLocation(text) : undefined;
	return parsed?.ok ? hubLocationText({ ...parsed.value, revision: undefined }) : text;
}

/** Whether the revision can never name anything else. */
export function isCommit(revision: string | undefined): revision is string {
	return revision !== undefined && commitName.test(revision);
}

/** A path that leads nowhere outside the repository. */
export function isPath(path: string): boolean {
	return (
		path.length <= 1024 &&
		[...path].every(sign => sign >= ' ' && sign !== '\\') &&
		path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
	);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
