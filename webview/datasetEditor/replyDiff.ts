import type { Message } from '../../src/core/dataset/example';
import { proseDiff, spansOf, type TextSpan } from '../../src/core/responses/proseDiff';

/** Above this share of different words, marks say nothing any more. */
const mostMarked = 0.75;

type MarkedMessages = readonly (readonly TextSpan[] | undefined)[];

export interface ReplyDiff {
	/** The first text of each message in parts; nothing where none is to be marked. */
	readonly chosen: MarkedMessages;
	readonly rejected: MarkedMessages;
	/** Why nothing is marked, where that needs saying. */
	readonly says?: string;
}

/** The words in which two replies differ; of several messages, those at the same place. */
export function replyDiff(chosen: readonly Message[], rejected: readonly Message[]): ReplyDiff {
	const marked = { chosen: [] as TextSpan[][], rejected: [] as TextSpan[][] };
	const length = Math.min(chosen.length, rejected.length);
	let isTooDifferent = false;
	for (let i = 0; i < length; i++) {
		const [left, right] = [chosen[i], rejected[i]].map(firstText);
		if (left === undefined || right === undefined || left === right) {
			continue;
		}
		const diff = proseDiff(left, right);
		const [a, b] = [spansOf(diff, 'reference'), spansOf(diff, 'other')];
		if (changedShare(a) > mostMarked || changedShare(b) > mostMarked) {
			isTooDifferent = true;
		} else {
			marked.chosen[i] = [...a];
			marked.rejected[i] = [...b];
		}
	}
	const isSame = length > 0 && chosen.length === rejected.length && areEqual(chosen, rejected);
	const says = isSame
		? 'The replies are equal.'
		: isTooDifferent && marked.chosen.length === 0
			? 'The replies have too little in common to mark their words.'
			: undefined;
	return says === undefined ? marked : { ...marked, says };
}

function areEqual(chosen: readonly Message[], rejected: readonly Message[]): boolean {
	return chosen.every((message, i) => {
		const text = firstText(message);
		return text !== undefined && text === firstText(rejected[i]);
	});
}

function firstText(message: Message | undefined): string | undefined {
	const block = message?.blocks.find(({ kind }) => kind === 'text');
	return block?.kind === 'text' ? block.text : undefined;
}

function changedShare(spans: readonly TextSpan[]): number {
	const length = (isEqual: boolean): number =>
		spans.reduce(
			(sum, { kind, text }) => sum + ((kind === 'equal') === isEqual ? text.length : 0),
			0,
		);
	return length(false) / Math.max(1, length(true) + length(false));
}
