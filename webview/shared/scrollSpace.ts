/** Browsers cut elements at about 33 million pixels; 1.5 million rows are taller than that. */
const tallest = 8_000_000;
/** How far fine scrolling may drift from the scroll bar's true place before it is put right. */
const drift = 20_000;

export interface ScrollState {
	/** What the browser scrolls, in pixels from the top of the element. */
	readonly scrollTop: number;
	/** Added to `scrollTop`, the place in the whole list. Zero unless the list is too tall. */
	readonly offset: number;
}

/**
 * Places a list of any height in an element of limited height. Small steps move by exact pixels;
 * a drag of the scroll bar jumps in proportion.
 */
export class ScrollSpace {
	readonly #virtualHeight: number;
	readonly elementHeight: number;

	constructor(
		count: number,
		private readonly rowHeight: number,
		private readonly viewHeight: number,
	) {
		this.#virtualHeight = count * rowHeight;
		this.elementHeight = Math.min(this.#virtualHeight, tallest);
	}

	/** The state after the browser reported `scrollTop`. A changed `scrollTop` is to be written back. */
	scrolled(previous: ScrollState, scrollTop: number): ScrollState {
		if (this.elementHeight === this.#virtualHeight) {
			return { scrollTop, offset: 0 };
		}
		const end = this.elementHeight - this.viewHeight;
		const jumped = Math.abs(scrollTop - previous.scrollTop) > this.viewHeight;
		if (jumped || scrollTop <= 0 || scrollTop >= end) {
			return { scrollTop, offset: this.#virtualOf(scrollTop) - scrollTop };
		}
		return this.#settle({ scrollTop, offset: previous.offset });
	}

	/** The state that shows the pixel `virtualTop` of the whole list at the top. */
	at(virtualTop: number): ScrollState {
		const top = Math.max(0, Math.min(virtualTop, this.#virtualHeight - this.viewHeight));
		if (this.elementHeight === this.#virtualHeight) {
			return { scrollTop: top, offset: 0 };
		}
		const scrollTop = Math.round(this.#scrollTopOf(top));
		return { scrollTop, offset: top - scrollTop };
	}

	/** The state that brings a row into view with the least movement. */
	reveal(state: ScrollState, index: number): ScrollState {
		const top = state.scrollTop + state.offset;
		const rowTop = index * this.rowHeight;
		if (rowTop < top) {
			return this.at(rowTop);
		}
		const below = rowTop + this.rowHeight - this.viewHeight;
		return below > top ? this.at(below) : state;
	}

	#settle(state: ScrollState): ScrollState {
		const virtualTop = state.scrollTop + state.offset;
		const ideal = this.at(virtualTop);
		return Math.abs(ideal.scrollTop - state.scrollTop) > drift ? ideal : state;
	}

	#virtualOf(scrollTop: number): number {
		const part = scrollTop / Math.max(1, this.elementHeight - this.viewHeight);
		return Math.min(1, Math.max(0, part)) * (this.#virtualHeight - this.viewHeight);
	}

	#scrollTopOf(virtualTop: number): number {
		const part = virtualTop / Math.max(1, this.#virtualHeight - this.viewHeight);
		return part * (this.elementHeight - this.viewHeight);
	}
}
