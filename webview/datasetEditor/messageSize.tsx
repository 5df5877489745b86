import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Block, Message } from '../../src/core/dataset/example';
import { sizeOfText, sumOfSizes, tokenEstimate } from '../../src/core/dataset/textSize';

/** How long a message is; how it is known stands in the tooltip. */
export function MessageSize({ message }: { readonly message: Message }): JSX.Element | null {
	const size = useMemo(
		() => sumOfSizes(message.blocks.flatMap(textsIn).map(sizeOfText)),
		[message.blocks],
	);
	if (size.characters === 0) {
		return null;
	}
	const [characters, words, tokens] = [size.characters, size.words, size.tokens].map(count =>
		count.toLocaleString('en-US'),
	);
	return (
		<span
			class="ws-muted ws-message-size"
			title={`${characters} characters, ${words} words, about ${tokens} tokens.\n${tokenEstimate}`}
			data-testid="message-size"
		>
			{characters} {size.characters === 1 ? 'character' : 'characters'} · ≈ {tokens}{' '}
			{size.tokens === 1 ? 'token' : 'tokens'}
		</span>
	);
}

function textsIn(block: Block): string[] {
	switch (block.kind) {
		case 'text':
			return [block.text];
		case 'reasoning':
			return [block.written ?? block.text];
		case 'toolCall':
			return [block.name, block.arguments];
		default:
			return [];
	}
}
