import { HubCache } from '../../src/node/dataset/hub/hubCache';
import { HubPlace } from '../../src/node/dataset/hub/hubPlace';
import { HubClient, type HubOptions } from '../../src/node/hub/hubClient';
import type { PracticeHub } from './hubServer';

/** A client of the practice Hub that does not wait between two attempts. */
export function clientOf(hub: PracticeHub, options: Partial<HubOptions> = {}): HubClient {
	return new HubClient({
		address: new URL(hub.address),
		token: () => Promise.resolve(undefined),
		wait: () => Promise.resolve(),
		...options,
	});
}

/** The practice Hub as a place; what is kept goes to the folder. */
export function placeOf(
	hub: PracticeHub,
	folder: string,
	options: Partial<HubOptions> & { readonly limit?: number } = {},
): HubPlace {
	return new HubPlace(clientOf(hub, options), new HubCache(folder, options.limit), hub.address);
}
