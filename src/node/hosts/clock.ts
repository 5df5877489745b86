import type { Disposable } from '../../core/base/disposable';

/** What tells the time to those that judge a link; stepped by hand in tests. */
export interface Clock {
	/** Milliseconds, by a clock that goes on while the machine sleeps. */
	now(): number;
	/** Looks again and again, every so many milliseconds, until it is disposed. */
	every(milliseconds: number, look: () => void): Disposable;
	/** Acts once, after so many milliseconds; the program does not end before. */
	after(milliseconds: number, act: () => void): Disposable;
}

/**
 * The clock on the wall: on Linux the monotonic one stands still while the machine sleeps, and a link
 * that died meanwhile would look as if it had been heard a second ago.
 */
export const wallClock: Clock = {
	now: () => Date.now(),
	every(milliseconds, look) {
		const timer = setInterval(look, milliseconds).unref();
		return { dispose: () => clearInterval(timer) };
	},
	after(milliseconds, act) {
		const timer = setTimeout(act, milliseconds);
		return { dispose: () => clearTimeout(timer) };
	},
};
