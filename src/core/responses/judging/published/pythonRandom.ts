/**
 * The first `random()` of Python's `random.Random(text)`: AlpacaEval draws with it which answer its
 * judge sees first. A Mersenne twister (MT19937) seeded with an array, after Matsumoto & Nishimura.
 *
 * @param seed the text in UTF-8, then the sha512 of that, read as one big-endian number
 */
export function firstPythonRandom(seed: Uint8Array): number {
	const state = seededState(wordsOf(seed));
	const high = temper(firstWords(state, 0)) >>> 5;
	const low = temper(firstWords(state, 1)) >>> 6;
	return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}

const size = 624;

/** Words of 32 bits, the lowest first, without zeros at the high end. */
function wordsOf(bytes: Uint8Array): readonly number[] {
	const words: number[] = [];
	for (let end = bytes.length; end > 0; end -= 4) {
		let word = 0;
		for (let i = Math.max(0, end - 4); i < end; i++) {
			word = ((word << 8) | (bytes[i] ?? 0)) >>> 0;
		}
		words.push(word);
	}
	while (words.length > 1 && words.at(-1) === 0) {
		words.pop();
	}
	return words;
}

function seededState(key: readonly number[]): Uint32Array {
	const state = new Uint32Array(size);
	const at = (i: number): number => state[i] ?? 0;
	state[0] = 19_650_218;
	for (let i = 1; i < size; i++) {
		state[i] = Math.imul(1_812_433_253, at(i - 1) ^ (at(i - 1) >>> 30)) + i;
	}
	let [i, j] = [1, 0];
	const mixed = (factor: number): number =>
		at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), factor);
	const step = (): void => {
		i++;
		if (i >= size) {
			state[0] = at(size - 1);
			i = 1;
		}
	};
	for (let k = Math.max(size, key.length); k > 0; k--) {
		state[i] = mixed(1_664_525) + (key[j] ?? 0) + j;
		step();
		j = (j + 1) % key.length;
	}
	for (let k = size - 1; k > 0; k--) {
		state[i] = mixed(1_566_083_941) - i;
		step();
	}
	state[0] = 0x80_00_00_00;
	return state;
}

/** The first words of the twisted state, which need no more than the seeded one. */
function firstWords(state: Uint32Array, i: number): number {
	const at = (index: number): number => state[index] ?? 0;
	const y = (at(i) & 0x80_00_00_00) | (at(i + 1) & 0x7f_ff_ff_ff);
	return (at(i + 397) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x99_08_b0_df)) >>> 0;
}

function temper(word: number): number {
	let y = word;
	y ^= y >>> 11;
	y ^= (y << 7) & 0x9d_2c_56_80;
	y ^= (y << 15) & 0xef_c6_00_00;
	y ^= y >>> 18;
	return y >>> 0;
}
