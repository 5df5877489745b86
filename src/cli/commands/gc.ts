import { byteSize } from '../../core/base/byteSize';
import { ok, type Result } from '../../core/base/result';
import { formatDuration } from '../../core/metrics/format';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';

/** What of a host's uploads no run names any more; removed with `--yes`. */
export async function gc(
	services: Services,
	output: Output,
	host: string,
	options: { readonly yes?: boolean },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	output.progress.report(`Looking at the uploads on ${host}`);
	const swept = await services.transfers.sweep(host, options.yes === true, signal);
	if (!swept.ok) {
		return swept;
	}
	const { items, bytes, keptBytes, removed } = swept.value;
	const rows = items.map(({ kind, name, files, bytes: size, secondsUnused, runs }) => [
		byteSize(size),
		kind,
		String(files),
		formatDuration(secondsUnused),
		name.slice(0, 12),
		runs.map(run => run.name).join(', '),
	]);
	const heading = ['SIZE', 'KIND', 'FILES', 'UNUSED', 'HASH', 'ONCE USED BY'];
	const kept = `${byteSize(keptBytes)} stay.`;
	const end = removed
		? `Removed ${byteSize(bytes)}; ${kept}`
		: `${byteSize(bytes)} would go with --yes; ${kept}`;
	return ok({
		json: { host, ...swept.value },
		text:
			items.length === 0
				? `Nothing to remove on ${host}: runs name all of it, or it was used within the hour. ${kept}`
				: `${table([heading, ...rows])}${end}`,
	});
}
