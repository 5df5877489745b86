import type { JSX } from 'preact';
import { messageText, type Message } from '../../src/core/dataset/example';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { ReadingModel } from './readingModel';

interface FoldProps {
	readonly reading: ReadingModel;
	/** Number of the message in the example. */
	readonly index: number;
}

export function FoldButton(props: FoldProps & { readonly isFolded: boolean }): JSX.Element {
	const { reading, index, isFolded } = props;
	return (
		<Button
			appearance="icon"
			label={isFolded ? 'Unfold (Z; all: Shift+Z)' : 'Fold (Z; all: Shift+Z)'}
			testId={`message-fold-${index}`}
			onClick={() => reading.toggleFold(index)}
		>
			<Icon name={isFolded ? 'left' : 'down'} />
		</Button>
	);
}

/** The first words of a folded message; a click unfolds it. */
export function FoldedLine(props: FoldProps & { readonly message: Message }): JSX.Element {
	const { reading, index, message } = props;
	return (
		<button
			class="ws-folded-line ws-muted"
			title="Unfold"
			data-testid={`message-folded-${index}`}
			onClick={() => reading.toggleFold(index)}
		>
			{firstWords(message)}
		</button>
	);
}

function firstWords(message: Message): string {
	const words = messageText(message).slice(0, 400).replaceAll(/\s+/g, ' ').trim();
	return words === '' ? '…' : words;
}
