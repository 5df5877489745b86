import type { Disposable } from '../../../core/base/disposable';
import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { datasetNames } from '../../../core/dataset/container';
import type { PreparedHost } from '../../runs/preparedHost';
import type { DatasetPlace, LocatedDataset } from './farSource';
import { ServerLink, type RetryDelay } from './serverLink';
import { HostSource } from './hostSource';

type Prepare = (host: string, signal: AbortSignal) => Promise<Result<PreparedHost>>;

/** A dataset on a host as people write it. */
export function hostLocation(host: string, path: string): string {
	return `${host}:${path}`;
}

/** The hosts that datasets are on, each with one server for all of a window's datasets. */
export class HostPlaces implements Disposable {
	readonly #links = new Map<string, ServerLink>();

	constructor(
		/** Brings the package to a host. */
		private readonly prepare: Prepare,
		private readonly delay?: RetryDelay,
	) {}

	/** The files of one host; locations begin with its name and a colon. */
	place(host: string): DatasetPlace {
		const pathOf = (location: string): string => location.slice(host.length + 1);
		return {
			locate: location => Promise.resolve(locate(location)),
			open: location => HostSource.open(this.#link(host), pathOf(location)),
		};
	}

	dispose(): void {
		for (const link of this.#links.values()) {
			link.dispose();
		}
		this.#links.clear();
	}

	#link(host: string): ServerLink {
		let link = this.#links.get(host);
		if (link === undefined) {
			link = new ServerLink(host, signal => this.prepare(host, signal), this.delay);
			this.#links.set(host, link);
		}
		return link;
	}
}

/** One file: what a host lists is not gone through for others that belong to it. */
function locate(location: string): Result<LocatedDataset> {
	if (/[*?{[]/.test(location)) {
		const reason =
			'on a host, a dataset is one file: open one of its files, or copy all of them to this machine';
		return err(new WindsockError('fileUnreadable', { path: location, reason }));
	}
	return datasetNames.test(location)
		? ok({ location, files: [location] })
		: err(new WindsockError('formatUnknown', { path: location }));
}
