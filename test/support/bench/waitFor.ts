import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is neither undefined, null nor false, and returns it. `what` completes the
 * sentence "waited 10 s for …".
 */
export async function waitFor<T>(
	what: string,
	ask: () => T | Promise<T>,
	milliseconds = 60_000,
): Promise<Exclude<T, undefined | null | false>> {
	const deadline = Date.now() + milliseconds;
	let lastError: unknown;
	for (;;) {
		try {
			const answer = await ask();
			if (answer !== undefined && answer !== null && answer !== false) {
				return answer as Exclude<T, undefined | null | false>;
			}
			lastError = undefined;
		} catch (error) {
			lastError = error;
		}
		if (Date.now() > deadline) {
			const seconds = Math.round(milliseconds / 1000);
			throw new Error(`waited ${seconds} s for ${what}`, { cause: lastError });
		}
		await delay(50);
	}
}
