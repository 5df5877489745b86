const hashCount = 64;
/** Bands of four: texts of similarity 0.8 meet in one of them with probability above 0.999. */
const bandCount = 16;
const perBand = hashCount / bandCount;
/** Candidates looked at per band; bounds the time on files full of one template. */
const mostCandidates = 64;
/** Words in a shingle; shorter texts are compared word by word. */
const shingleWords = 3;

/** Odd multipliers and offsets of the hash functions, from a fixed generator. */
const { multipliers, offsets } = hashFunctions();

/**
 * Finds earlier texts that are nearly the same as a new one: by MinHash, and every answer is
 * verified against the shingles themselves. A text is known to later ones as soon as it was added.
 */
export class NearTexts {
	readonly #bands: Map<number, number[]>[] = Array.from({ length: bandCount }, () => new Map());
	readonly #shingles: Uint32Array[] = [];
	readonly #keys: number[] = [];

	/** @param threshold smallest Jaccard similarity of the shingles, up to 1 */
	constructor(private readonly threshold: number) {}

	/**
	 * @param text with its words parted by single spaces, as `normalisePrompt` gives it
	 * @returns keys of earlier texts that are near, in the order in which they were added
	 */
	add(key: number, text: string): readonly number[] {
		const own = shinglesOf(text);
		const signature = signatureOf(own);
		const candidates = new Set<number>();
		const at = this.#shingles.length;
		for (const [band, buckets] of this.#bands.entries()) {
			const hash = bandHash(signature, band * perBand);
			const bucket = buckets.get(hash);
			if (!bucket) {
				buckets.set(hash, [at]);
				continue;
			}
			bucket.forEach(other => candidates.add(other));
			if (bucket.length < mostCandidates) {
				bucket.push(at);
			}
		}
		this.#shingles.push(own);
		this.#keys.push(key);
		return [...candidates]
			.filter(other => similarity(own, this.#shingles[other] ?? own) >= this.threshold)
			.sort((a, b) => a - b)
			.map(other => this.#keys[other] ?? 0);
	}

	/** Frees the memory; nothing is near to what comes after. */
	forget(): void {
		this.#bands.forEach(buckets => buckets.clear());
		this.#shingles.length = 0;
		this.#keys.length = 0;
	}
}

/** Jaccard similarity of two sorted sets. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
	let common = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		const [x = 0, y = 0] = [a[i], b[j]];
		common += x === y ? 1 : 0;
		i += x <= y ? 1 : 0;
		j += y <= x ? 1 : 0;
	}
	const union = a.length + b.length - common;
	return union === 0 ? 1 : common / union;
}

/** Hashes of the text's shingles, sorted, each once. */
export function shinglesOf(text: string): Uint32Array {
	const words = text.split(' ');
	const size = words.length < 2 * shingleWords ? 1 : shingleWords;
	const hashes = new Set<number>();
	for (let i = 0; i + size <= words.length; i++) {
		hashes.add(hashOf(words.slice(i, i + size).join(' ')));
	}
	return Uint32Array.from(hashes).sort();
}

function signatureOf(shingles: Uint32Array): Uint32Array {
	const signature = new Uint32Array(hashCount).fill(0xffffffff);
	for (const shingle of shingles) {
		for (let i = 0; i < hashCount; i++) {
			const hash = mixed(Math.imul(shingle, multipliers[i] ?? 1) + (offsets[i] ?? 0));
			if (hash < (signature[i] ?? 0)) {
				signature[i] = hash;
			}
		}
	}
	return signature;
}

function bandHash(signature: Uint32Array, from: number): number {
	let hash = 0;
	for (let i = from; i < from + perBand; i++) {
		hash = mixed(Math.imul(hash, 31) + (signature[i] ?? 0));
	}
	return hash;
}

/** FNV-1a over UTF-16 units, then mixed. */
function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) {
		hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	}
	return mixed(hash);
}

/** Lets every bit depend on every other one. */
function mixed(value: number): number {
	let hash = value | 0;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

function hashFunctions(): { multipliers: Uint32Array; offsets: Uint32Array } {
	let state = 1;
	const next = (): number => {
		state = (state + 0x9e3779b9) | 0;
		return mixed(state);
	};
	const multipliers = Uint32Array.from({ length: hashCount }, () => next() | 1);
	return { multipliers, offsets: Uint32Array.from({ length: hashCount }, next) };
}
