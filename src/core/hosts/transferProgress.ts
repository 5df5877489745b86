import { byteSize } from '../base/byteSize';
import { formatDuration } from '../metrics/format';

/** Milliseconds that the shown speed is a mean over: long enough to be calm, short enough to be now. */
const window = 5000;
/** Milliseconds after which a speed says something. */
const warmUp = 1000;
/** Milliseconds without a byte after which the speed shown would be a lie. */
const stall = 5000;

/** Speed and remaining time of one transfer. What was there already counts as done, not as speed. */
export class TransferProgress {
	readonly #samples: { readonly at: number; readonly moved: number }[] = [];
	#lastMove: number;

	/**
	 * @param moved bytes that were there before
	 * @param now milliseconds of a clock that only goes forward
	 */
	constructor(
		readonly total: number,
		private moved: number,
		private readonly now: () => number,
	) {
		this.#lastMove = now();
		this.#samples.push({ at: this.#lastMove, moved });
	}

	/** @param moved bytes done in all */
	update(moved: number): void {
		const at = this.now();
		if (moved !== this.moved) {
			this.#lastMove = at;
		}
		this.moved = moved;
		this.#samples.push({ at, moved });
		while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - window) {
			this.#samples.shift();
		}
	}

	/** 0–1; 1 for nothing to move. */
	get fraction(): number {
		return this.total === 0 ? 1 : Math.min(1, this.moved / this.total);
	}

	/** Bytes a second lately; undefined before that can be told. */
	get speed(): number | undefined {
		const [first] = this.#samples;
		const now = this.now();
		if (first === undefined || now - first.at < warmUp) {
			return undefined;
		}
		return ((this.moved - first.moved) * 1000) / (now - first.at);
	}

	/** “120 MB of 980 MB, 34.0 MB/s, 25 s left”, as far as it is known. */
	get detail(): string {
		const parts = [`${byteSize(this.moved)} of ${byteSize(this.total)}`];
		const { speed } = this;
		if (this.moved < this.total && this.now() - this.#lastMove > stall) {
			parts.push('waiting for the host');
		} else if (speed !== undefined && speed > 0) {
			parts.push(`${byteSize(Math.round(speed))}/s`);
			if (this.moved < this.total) {
				parts.push(`${formatDuration((this.total - this.moved) / speed)} left`);
			}
		}
		return parts.join(', ');
	}
}
