import { ok, type Result } from '../../../core/base/result';
import type { Progress } from '../../../core/training/launchRequest';

/**
 * Asks several at once. After a failure nothing new is begun, and what is on its way is waited for,
 * so that no reply that was paid for is lost.
 *
 * @returns the first failure
 */
export async function askAll<T>(
	items: readonly T[],
	atOnce: number,
	ask: (item: T) => Promise<Result<void>>,
): Promise<Result<void>> {
	let next = 0;
	let failed: Result<void> | undefined;
	const worker = async (): Promise<void> => {
		while (failed === undefined && next < items.length) {
			const item = items[next++];
			const asked = item === undefined ? ok() : await ask(item);
			if (!asked.ok) {
				failed ??= asked;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));
	return failed ?? ok();
}

/** Says why and for how long a judge is let alone before it is asked again. */
export function toldOfWaits(progress: Progress): (reason: string, milliseconds: number) => void {
	return (reason, milliseconds) =>
		progress.report(`again in ${Math.ceil(milliseconds / 1000)} s`, undefined, reason);
}
