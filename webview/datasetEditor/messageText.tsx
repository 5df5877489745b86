import { Fragment, type JSX } from 'preact';
import type { TextSpan } from '../../src/core/responses/proseDiff';
import { MarkdownView } from '../shared/markdown/markdownView';
import type { ReadingModel } from './readingModel';

/** What a text says: with the words that differ marked, as Markdown, or as it is written. */
export function MessageText(props: {
	readonly reading: ReadingModel;
	readonly text: string;
	/** The text in parts, where words of it are to be marked: they are marked as they are written. */
	readonly marked?: readonly TextSpan[];
}): JSX.Element {
	const { reading, text, marked } = props;
	if (text === '') {
		return <em class="ws-muted">empty</em>;
	}
	if (marked) {
		return <MarkedText parts={marked} />;
	}
	return reading.isRendered.value ? <MarkdownView text={text} /> : <>{text}</>;
}

function MarkedText({ parts }: { readonly parts: readonly TextSpan[] }): JSX.Element {
	return (
		<>
			{parts.map((part, i) =>
				part.kind !== 'equal' ? (
					// The blank after the last word is the same on both sides.
					<Fragment key={i}>
						<mark class="ws-different">{part.text.trimEnd()}</mark>
						{part.text.slice(part.text.trimEnd().length)}
					</Fragment>
				) : (
					part.text
				),
			)}
		</>
	);
}
