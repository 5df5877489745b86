import { sketchInto, sketchSize } from './sketch';
import { mixed } from './wordShingles';

/** Probability with which a pair at the threshold itself is found; more similar ones surely are. */
const recall = 0.98;
/** Texts looked at per bucket; bounds the time on files full of one template. */
const mostPerBucket = 64;

/** Numbers of a sketch that must be equal at once, and how many such groups there are. */
export interface BandShape {
	readonly rows: number;
	readonly bands: number;
}

/** The longest bands that still find pairs at the threshold: the fewest false candidates. */
export function bandShape(threshold: number): BandShape {
	for (let rows = sketchSize / 2; rows > 1; rows--) {
		const bands = Math.floor(sketchSize / rows);
		if (1 - (1 - threshold ** rows) ** bands >= recall) {
			return { rows, bands };
		}
	}
	return { rows: 1, bands: sketchSize };
}

/**
 * Names, for each text, earlier texts that may be nearly the same, by locality-sensitive hashing of
 * MinHash sketches. Texts are known by the order in which they were added. All bands share one hash
 * table in typed arrays: about 16 bytes a band and text.
 */
export class NearCandidates {
	readonly #shape: BandShape;
	readonly #sketch = new Int32Array(sketchSize);
	#keys = new Int32Array(1 << 12);
	/** Number of the bucket's first text plus one; 0 for a free slot. */
	#firsts = new Int32Array(1 << 12);
	/** Newest of the further texts of the bucket in `#more`, plus one. */
	#chains = new Int32Array(1 << 12);
	#sizes = new Uint8Array(1 << 12);
	#used = 0;
	readonly #more: { readonly text: number; readonly next: number }[] = [];
	/** For which text each text was named last, plus one. */
	#named = new Int32Array(1 << 10);
	#count = 0;

	constructor(threshold: number) {
		this.#shape = bandShape(threshold);
	}

	/** Texts added so far. */
	get count(): number {
		return this.#count;
	}

	/**
	 * @param shingles of the text; one without any is near to nothing
	 * @param isReference only later texts are compared with it
	 * @returns numbers of earlier texts, each once, in no order
	 */
	add(shingles: Int32Array, isReference = false): number[] {
		const own = this.#count++;
		const found: number[] = [];
		if (shingles.length === 0) {
			return found;
		}
		if (own >= this.#named.length) {
			const grown = new Int32Array(2 * this.#named.length);
			grown.set(this.#named);
			this.#named = grown;
		}
		sketchInto(shingles, this.#sketch);
		const { rows, bands } = this.#shape;
		if (this.#used + bands > this.#keys.length * 0.7) {
			this.#grow();
		}
		for (let band = 0; band < bands; band++) {
			let key = band;
			for (let i = band * rows; i < (band + 1) * rows; i++) {
				key = mixed(Math.imul(key, 31) + (this.#sketch[i] ?? 0));
			}
			this.#meet(key, own, isReference ? undefined : found);
		}
		return found;
	}

	/** Puts a text into the bucket of the key and names those that are there already. */
	#meet(key: number, own: number, found: number[] | undefined): void {
		const slot = this.#slotOf(key);
		const first = this.#firsts[slot] ?? 0;
		if (first === 0) {
			this.#keys[slot] = key;
			this.#firsts[slot] = own + 1;
			this.#used++;
			return;
		}
		if (found) {
			this.#name(first - 1, own, found);
			for (let at = this.#chains[slot] ?? 0; at > 0;) {
				const entry = this.#more[at - 1];
				this.#name(entry?.text ?? 0, own, found);
				at = entry?.next ?? 0;
			}
		}
		const size = this.#sizes[slot] ?? 0;
		if (size < mostPerBucket - 1 && first - 1 !== own) {
			this.#more.push({ text: own, next: this.#chains[slot] ?? 0 });
			this.#chains[slot] = this.#more.length;
			this.#sizes[slot] = size + 1;
		}
	}

	#name(text: number, own: number, found: number[]): void {
		if (text !== own && this.#named[text] !== own + 1) {
			this.#named[text] = own + 1;
			found.push(text);
		}
	}

	#slotOf(key: number): number {
		const mask = this.#keys.length - 1;
		let slot = key & mask;
		while (this.#firsts[slot] !== 0 && this.#keys[slot] !== key) {
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	#grow(): void {
		const [keys, firsts, chains, sizes] = [this.#keys, this.#firsts, this.#chains, this.#sizes];
		const capacity = 2 * keys.length;
		this.#keys = new Int32Array(capacity);
		this.#firsts = new Int32Array(capacity);
		this.#chains = new Int32Array(capacity);
		this.#sizes = new Uint8Array(capacity);
		for (let old = 0; old < keys.length; old++) {
			if (firsts[old] !== 0) {
				const slot = this.#slotOf(keys[old] ?? 0);
				this.#keys[slot] = keys[old] ?? 0;
				this.#firsts[slot] = firsts[old] ?? 0;
				this.#chains[slot] = chains[old] ?? 0;
				this.#sizes[slot] = sizes[old] ?? 0;
			}
		}
	}
}
