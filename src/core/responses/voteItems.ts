import { seededRandom, seedOf, shuffled } from './shuffle';

/** One thing to vote on: a prompt, or a prompt again. */
export interface VoteItem {
	/** The prompt's own, or for a repeat one that does not tell. */
	readonly id: string;
	readonly promptId: string;
	/** Place in the comparison's prompts. */
	readonly promptIndex: number;
	readonly repeat: boolean;
}

/** One prompt in twenty comes again. */
const repeatShare = 0.05;

/** Each prompt once. */
export function plainItems(promptIds: readonly string[]): VoteItem[] {
	return promptIds.map((promptId, promptIndex) => ({
		id: promptId,
		promptId,
		promptIndex,
		repeat: false,
	}));
}

/**
 * The prompts in their order, with some of them again a third of the set later or more, when an answer is no longer
 * known by heart. Which and where depends on the seed only.
 */
export function itemsWithRepeats(promptIds: readonly string[], seed: string): VoteItem[] {
	const size = promptIds.length;
	const apart = Math.ceil(size / 3);
	const count = Math.round(size * repeatShare);
	const early = promptIds.slice(0, size - apart).map((_, place) => place);
	const random = seededRandom(seedOf(`${seed}\nplaces`));
	const behind = new Map<number, VoteItem[]>();
	for (const promptIndex of shuffled(early, `${seed}\nrepeats`).slice(0, count)) {
		const first = promptIndex + apart;
		const place = first + Math.floor(random() * (size - first));
		const promptId = promptIds[promptIndex] ?? '';
		const id = `${seedOf(`${seed}\n${promptId}`).toString(36)}${promptIndex.toString(36)}`;
		const known = behind.get(place) ?? [];
		behind.set(place, [...known, { id, promptId, promptIndex, repeat: true }]);
	}
	return plainItems(promptIds).flatMap((item, place) => [item, ...(behind.get(place) ?? [])]);
}

/**
 * The two models that each prompt shows in an arena: every two of them equally often, to one, in an order
 * that depends on the seed only.
 */
export function drawnPairs(
	labels: readonly string[],
	prompts: number,
	seed: string,
): (readonly [string, string])[] {
	const pairs = labels.flatMap((second, i) =>
		labels.slice(0, i).map(first => [first, second] as const),
	);
	const drawn: (readonly [string, string])[] = [];
	for (let round = 0; drawn.length < prompts && pairs.length > 0; round++) {
		drawn.push(...shuffled(pairs, `${seed}\n${round}`));
	}
	return drawn.slice(0, prompts);
}

/** Another order than the first time. */
export function orderAgain(order: readonly string[], seed: string): string[] {
	const again = shuffled(order, `${seed}\nagain`);
	return again.join('\n') === order.join('\n') ? again.toReversed() : again;
}
