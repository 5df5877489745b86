/** The name that a mistyped word most likely means, or `undefined` when none is near. */
export function suggestionFor(word: string, names: readonly string[]): string | undefined {
	const wanted = word.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const name of names) {
		const distance = wanted === '' ? least : editDistance(wanted, name.toLowerCase());
		if (distance < least) {
			least = distance;
			best = name;
		}
	}
	return best ?? names.find(name => wanted.length >= 3 && name.toLowerCase().startsWith(wanted));
}

/** Letters to put in, to take out, to change or to swap with their neighbour. */
function editDistance(a: string, b: string): number {
	let before: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const isSame = a[i - 1] === b[j - 1];
			let cost = Math.min(
				(last[j] ?? 0) + 1,
				(row[j - 1] ?? 0) + 1,
				(last[j - 1] ?? 0) + (isSame ? 0 : 1),
			);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
			}
			row.push(cost);
		}
		before = last;
		last = row;
	}
	return last[b.length] ?? 0;
}
