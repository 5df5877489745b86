import { join } from 'node:path';
import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { datasetNames } from '../../../core/dataset/container';
import {
	hubLocationText,
	isCommit,
	isPath,
	parseHubLocation,
	type HubLocation,
} from '../../../core/dataset/hub/hubLocation';
import type { HubListing } from '../../../core/dataset/hub/hubListing';
import { hubAddress } from '../../hub/hubAddress';
import { HubClient } from '../../hub/hubClient';
import { hubToken, type HubToken } from '../../hub/hubToken';
import { expected } from '../expected';
import type { DatasetPlace, FarSource, LocatedDataset } from '../far/farSource';
import { cacheFolder } from './cacheFolder';
import { filesOf, hubChoices, type HubChoice } from './hubChoices';
import { HubCache, type KeptFile } from './hubCache';
import { HubLink } from './hubLink';
import { HubSource } from './hubSource';

/** Each file is looked at when its list is opened. */
const mostFiles = 1024;

/** The Hub as a place where datasets are. */
export class HubPlace implements DatasetPlace {
	readonly #listings = new Map<string, HubListing>();
	/** The link of the dataset that is being opened; its files share it. */
	readonly #links = new Map<string, HubLink>();

	constructor(
		private readonly client: HubClient,
		private readonly cache: HubCache,
		/** Of the server; names it in what is kept. */
		readonly origin: string,
		/** Whether passes over whole files wait for a broken link instead of failing. */
		private readonly isPatient = false,
	) {}

	/** As people call it. */
	get name(): string {
		return this.client.name;
	}

	/** What a dataset can be opened as, at the commit that its revision names now. */
	choices(
		location: HubLocation,
		signal: AbortSignal,
	): Promise<Result<{ readonly listing: HubListing; readonly choices: readonly HubChoice[] }>> {
		return expected(async () => {
			const listing = await this.#listing(location, signal);
			const { path } = location;
			const exact = path === '' ? [] : filesOf(listing.files, path);
			const choices =
				exact.length > 0 ? [{ name: path, path, files: exact }] : hubChoices(listing, path);
			return { listing, choices };
		});
	}

	async locate(location: string): Promise<Result<LocatedDataset>> {
		const parsed = parseHubLocation(location);
		if (!parsed.ok) {
			return parsed;
		}
		const found = await this.choices(parsed.value, new AbortController().signal);
		if (!found.ok) {
			return found;
		}
		const { listing, choices } = found.value;
		const pinned = (path: string): string =>
			hubLocationText({ id: listing.id, revision: listing.commit, path });
		const [only] = choices;
		if (!only || choices.length > 1) {
			return err(
				new WindsockError('datasetUnclear', { path: location, reason: unclear(choices, pinned) }),
			);
		}
		const other = only.files.find(({ path }) => !datasetNames.test(path));
		if (other) {
			return err(new WindsockError('formatUnknown', { path: pinned(other.path) }));
		}
		if (only.files.length > mostFiles) {
			const reason = `it has ${only.files.length} files, and at most ${mostFiles} open as one list`;
			return err(new WindsockError('datasetUnclear', { path: location, reason }));
		}
		return ok({ location: pinned(only.path), files: only.files.map(({ path }) => pinned(path)) });
	}

	async open(location: string): Promise<FarSource> {
		const parsed = parseHubLocation(location);
		if (!parsed.ok) {
			throw parsed.error;
		}
		const { id, path } = parsed.value;
		const listing = await this.#listing(parsed.value, new AbortController().signal);
		const file = listing.files.find(one => one.path === path);
		if (!file) {
			throw new WindsockError('hubMissing', { hub: this.client.name, what: location });
		}
		const { commit } = listing;
		const kept = this.cache.file([this.origin, id, commit, path].join('\n'));
		return new HubSource(this.#link(id, commit), { id, commit, path, size: file.size }, file, kept);
	}

	async #listing({ id, revision }: HubLocation, signal: AbortSignal): Promise<HubListing> {
		const known = isCommit(revision)
			? (this.#listings.get(`${id}@${revision}`) ?? (await this.#kept(id, revision)))
			: undefined;
		const listing = known ?? (await this.client.listing(id, revision, signal));
		if (!known) {
			const bytes = Buffer.from(JSON.stringify(listing));
			await this.#listingFile(listing.id, listing.commit).write('listing', bytes);
		}
		for (const name of [id, listing.id]) {
			this.#listings.set(`${name}@${listing.commit}`, listing);
		}
		return listing;
	}

	/** What was listed of a commit holds for ever, also while the Hub is out of reach. */
	async #kept(id: string, commit: string): Promise<HubListing | undefined> {
		const bytes = await this.#listingFile(id, commit).read('listing');
		return bytes && keptListing(bytes);
	}

	#listingFile(id: string, commit: string): KeptFile {
		return this.cache.file(['listing', this.origin, id, commit].join('\n'));
	}

	#link(id: string, commit: string): HubLink {
		const name = `${id}@${commit}`;
		let link = this.#links.get(name);
		if (link === undefined || link.isClosed) {
			link = new HubLink(this.client, this.isPatient);
			this.#links.set(name, link);
		}
		return link;
	}
}

/** The Hub that the environment names, with its token; what is kept goes to the user's cache. */
export function hubPlace(
	options: {
		readonly address?: string;
		readonly isPatient?: boolean;
		/** The token for a server; that of the environment when absent. */
		readonly token?: (origin: string) => Promise<HubToken | undefined>;
	} = {},
): HubPlace {
	if (process.env['HF_HUB_OFFLINE'] === '1') {
		throw new WindsockError('hubFailed', { reason: 'HF_HUB_OFFLINE is set' });
	}
	const address = hubAddress(options.address || process.env['HF_ENDPOINT']);
	const { token = () => hubToken() } = options;
	const client = new HubClient({ address, token: () => token(address.origin) });
	const cache = new HubCache(join(cacheFolder(), 'hub'));
	return new HubPlace(client, cache, address.origin, options.isPatient);
}

function keptListing(bytes: Uint8Array): HubListing | undefined {
	try {
		const listing = JSON.parse(Buffer.from(bytes).toString()) as HubListing;
		return listing.files.every(({ path }) => isPath(path)) ? listing : undefined;
	} catch {
		// Damaged: it is listed anew.
		return undefined;
	}
}

function unclear(choices: readonly HubChoice[], pinned: (path: string) => string): string {
	if (choices.length === 0) {
		return 'no file in it holds rows that Windsock reads';
	}
	const named = choices.slice(0, 12).map(({ name, path }) => `${name} (${pinned(path)})`);
	const more = choices.length > named.length ? `, and ${choices.length - named.length} more` : '';
	return `it holds several lists, of which one is opened: ${named.join(', ')}${more}`;
}
