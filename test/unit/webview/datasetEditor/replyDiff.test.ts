import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/core/dataset/example';
import { replyDiff } from '../../../../webview/datasetEditor/replyDiff';

function reply(text: string, reasoning?: string): Message {
	return {
		role: 'assistant',
		writtenRole: 'assistant',
		blocks: [
			...(reasoning === undefined
				? []
				: [{ kind: 'reasoning' as const, text: reasoning, paths: [] }]),
			{ kind: 'text', text, paths: [] },
		],
	};
}

const markedIn = (
	spans: readonly { readonly kind: string; readonly text: string }[] = [],
): string[] => spans.filter(({ kind }) => kind !== 'equal').map(({ text }) => text.trim());

describe('the words in which two replies differ', () => {
	it('are marked in each pair of messages, also behind a reasoning', () => {
		const diff = replyDiff(
			[
				reply('The sky is blue today, and so is the sea.', 'Hm.'),
				reply('You are welcome, friend of mine.'),
			],
			[
				reply('The sky is grey today, and so is the sea.'),
				reply('You are welcome, enemy of mine.'),
			],
		);
		expect(diff.chosen.map(markedIn)).toEqual([['blue'], ['friend']]);
		expect(diff.rejected.map(markedIn)).toEqual([['grey'], ['enemy']]);
		expect(diff.says).toBeUndefined();
	});

	it('are not marked where nearly all differ, and that is said', () => {
		const diff = replyDiff([reply('Hello there!')], [reply('A quite other thing to say at all')]);
		expect(diff.chosen).toEqual([]);
		expect(diff.says).toContain('too little in common');
	});

	it('are none in equal replies, and that is said', () => {
		expect(replyDiff([reply('Same.')], [reply('Same.')])).toMatchObject({
			chosen: [],
			says: 'The replies are equal.',
		});
	});
});
