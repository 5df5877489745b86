/** A stretch of one side; `changed` words do not stand in the other. */
export interface DiffPart {
	readonly text: string;
	readonly changed: boolean;
}

export interface WordDiff {
	readonly left: readonly DiffPart[];
	readonly right: readonly DiffPart[];
}

/** Above this many cells the table costs more than the marks help. */
const mostCells = 4_000_000;

/** Marks the words in which two texts differ: their longest common run of words is unmarked. */
export function wordDiff(left: string, right: string): WordDiff {
	const a = words(left);
	const b = words(right);
	let head = 0;
	while (head < a.length && head < b.length && a[head] === b[head]) {
		head++;
	}
	let tail = 0;
	while (
		tail < a.length - head &&
		tail < b.length - head &&
		a[a.length - 1 - tail] === b[b.length - 1 - tail]
	) {
		tail++;
	}
	const common = commonWords(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
	return {
		left: parts(a, i => i < head || i >= a.length - tail || common.left.has(i - head)),
		right: parts(b, i => i < head || i >= b.length - tail || common.right.has(i - head)),
	};
}

/** Words with the blanks after them, and single marks of punctuation. */
function words(text: string): string[] {
	return text.match(/[\p{L}\p{N}_'’-]+\s*|[^\p{L}\p{N}\s]\s*|\s+/gu) ?? [];
}

function commonWords(
	a: readonly string[],
	b: readonly string[],
): { left: Set<number>; right: Set<number> } {
	const left = new Set<number>();
	const right = new Set<number>();
	const width = b.length + 1;
	if (a.length * b.length > mostCells) {
		return { left, right };
	}
	const lengths = new Uint32Array((a.length + 1) * width);
	const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			lengths[i * width + j] =
				a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
		}
	}
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		if (a[i] === b[j]) {
			left.add(i++);
			right.add(j++);
		} else if (at(i + 1, j) >= at(i, j + 1)) {
			i++;
		} else {
			j++;
		}
	}
	return { left, right };
}

function parts(all: readonly string[], isCommon: (index: number) => boolean): DiffPart[] {
	const result: { text: string; changed: boolean }[] = [];
	for (const [i, word] of all.entries()) {
		const changed = !isCommon(i);
		const last = result.at(-1);
		if (last && last.changed === changed) {
			last.text += word;
		} else {
			result.push({ text: word, changed });
		}
	}
	return result;
}
