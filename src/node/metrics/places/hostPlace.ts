import { posix } from 'node:path';
import { ok, type Result } from '../../../core/base/result';
import type { FileStat, Host } from '../../../core/hosts/host';
import type { MetricPlace, PlaceEntry, PlaceStat } from './metricPlace';

/** Bytes asked for at once: a host answers these in one go. */
const block = 1 << 20;

/** The files of a host, read by ranges over its own port. */
export function hostPlace(host: Host): MetricPlace {
	return {
		host: host.name,
		join: posix.join,
		async list(folder, options): Promise<Result<readonly PlaceEntry[]>> {
			const listed = await host.list(folder, options);
			if (!listed.ok) {
				return listed;
			}
			const entries: PlaceEntry[] = [];
			for (const entry of listed.value) {
				// A link is looked through, as on this machine.
				const isLink = entry.kind === 'link';
				const found = isLink ? await host.stat(posix.join(folder, entry.name), options) : ok(entry);
				if (found.ok && found.value) {
					entries.push({ name: entry.name, isLink, ...placeStat(found.value) });
				}
			}
			return ok(entries);
		},
		async stat(path, options): Promise<Result<PlaceStat | undefined>> {
			const found = await host.stat(path, options);
			return found.ok ? ok(found.value && placeStat(found.value)) : found;
		},
		async read(path, start, length, options): Promise<Result<Uint8Array>> {
			const parts: Uint8Array[] = [];
			for (let at = start; at < start + length;) {
				const wanted = Math.min(block, start + length - at);
				const part = await host.readFrom(path, at, wanted, options);
				if (!part.ok) {
					return part;
				}
				parts.push(part.value);
				at += part.value.length;
				if (part.value.length < wanted) {
					break;
				}
			}
			const [only] = parts;
			return ok(parts.length === 1 && only ? only : Buffer.concat(parts));
		},
		copy: (path, to, options) => host.download(path, to, options),
	};
}

function placeStat({ kind, size, mtime }: FileStat): PlaceStat {
	return {
		kind: kind === 'file' || kind === 'directory' ? kind : 'other',
		size,
		modified: mtime,
	};
}
