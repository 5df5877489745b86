import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ok, type Result } from '../../../core/base/result';
import type { HostDirectory } from '../../../core/hosts/hostDirectory';
import { hostPlace } from './hostPlace';
import { localPlace } from './localPlace';
import type { MetricPlace } from './metricPlace';

/** Where metrics are, as people write it. */
export interface PlacedPath {
	readonly place: MetricPlace;
	readonly path: string;
}

/** `host:path` taken apart; undefined for a path of this machine, such as `C:\runs`. */
export function splitHostPath(text: string): { host: string; path: string } | undefined {
	const [, host = '', path = ''] = /^([^/\\:]+):(.*)$/s.exec(text) ?? [];
	const isDrive = /^[A-Za-z]$/.test(host) && /^[\\/]/.test(path);
	return host === '' || isDrive ? undefined : { host, path };
}

/**
 * The place that `host:path` or a path means; what exists here under that very name goes first. A
 * path of a host that is not absolute begins in the home folder there. Fails with hostUnknown.
 */
export async function placeOf(
	text: string,
	folder: string,
	hosts: Pick<HostDirectory, 'get'>,
): Promise<Result<PlacedPath>> {
	const here = resolve(folder, text);
	const far = existsSync(here) ? undefined : splitHostPath(text);
	if (far === undefined) {
		return ok({ place: localPlace, path: here });
	}
	const host = await hosts.get(far.host);
	if (!host.ok) {
		return host;
	}
	const path = /^[/~]/.test(far.path) ? far.path : `~/${far.path}`;
	return ok({ place: hostPlace(host.value), path: path.replace(/(?<=.)\/+$/, '') });
}
