import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TextMark } from '../../src/core/responses/answerMarks';
import { MarkdownBlocks } from '../shared/markdown/markdownView';
import { readMarkdown } from '../shared/markdown/markdownTree';
import { markdownPieces } from './markdownPlaces';
import { markedPieces, type Piece } from './markedPieces';
import { visibleText } from './visibleText';

interface LaneTextProps {
	readonly text: string;
	readonly marks: readonly TextMark[];
	/** Lane whose hue the marks take, from 1. */
	readonly hue: number;
	readonly isReference: boolean;
	readonly isRendered: boolean;
	readonly testId: string;
	/** Key of the lane. */
	readonly laneKey: string;
}

const answerContext = JSON.stringify({ webviewSection: 'answer' });

/** An answer with its marks. Text only: nothing in it is markup of the page, nothing opens. */
export function LaneText(props: LaneTextProps): JSX.Element {
	const { text, marks, isReference } = props;
	const blocks = useMemo(
		() => (props.isRendered ? readMarkdown(text) : undefined),
		[text, props.isRendered],
	);
	const rendered = useMemo(
		() => blocks && markdownPieces(text, blocks, marks),
		[text, blocks, marks],
	);
	const pieces = useMemo(() => (blocks ? [] : markedPieces(text, 0, marks)), [text, blocks, marks]);
	return (
		<div
			class={`rd-text rd-hue-${props.hue}${blocks ? ' rd-rendered' : ''}`}
			dir="auto"
			tabIndex={0}
			data-lane={props.laneKey}
			// What VS Code's own context menu goes by.
			data-vscode-context={answerContext}
			data-testid={props.testId}
		>
			{text === '' ? (
				<em class="ws-muted">Empty answer</em>
			) : blocks ? (
				<MarkdownBlocks
					blocks={blocks}
					leaves={{
						inert: true,
						text: (leaf, shown) => piecesView(rendered?.get(leaf), shown, isReference),
					}}
				/>
			) : (
				piecesView(pieces, text, isReference)
			)}
		</div>
	);
}

function piecesView(
	pieces: readonly Piece[] | undefined,
	text: string,
	isReference: boolean,
): ComponentChildren {
	return pieces
		? pieces.map((piece, i) => <PieceView key={i} piece={piece} isReference={isReference} />)
		: visibleText(text);
}

function PieceView(props: { readonly piece: Piece; readonly isReference: boolean }): JSX.Element {
	const { start, text, mark } = props.piece;
	if (!mark) {
		return <span data-from={start}>{visibleText(text)}</span>;
	}
	const words = wordsFor(mark, props.isReference);
	if (text === '') {
		return (
			<span
				class={`rd-gap rd-gap-${mark.kind}`}
				role="note"
				data-from={start}
				title={words}
				aria-label={words}
			/>
		);
	}
	return (
		<mark
			class={`rd-change rd-${mark.kind}${mark.differs === true ? ' rd-differs' : ''}${hueOfShared(mark)}`}
			data-from={start}
			title={words}
		>
			{visibleText(text)}
		</mark>
	);
}

/** A passage shared with one other answer has that answer's hue; with several, none of theirs. */
function hueOfShared({ lanes }: TextMark): string {
	return lanes === undefined
		? ''
		: lanes.length === 1
			? ` rd-hue-${(lanes[0] ?? 0) + 1}`
			: ' rd-many';
}

function wordsFor(mark: TextMark, isReference: boolean): string {
	const across = mark.counterpart === undefined ? '' : `“${visibleText(mark.counterpart)}”`;
	switch (mark.kind) {
		case 'shared': {
			const numbers = (mark.lanes ?? []).map(lane => lane + 1);
			return `Also in answer ${numbers.join(', ')}`;
		}
		case 'onlyHere':
			return 'No other answer says this';
		case 'moved':
			return mark.differs === true
				? 'Stands at another place, with other words here'
				: 'Stands at another place';
		case 'replaced':
			return mark.start === mark.end
				? `Differs in signs of Markdown: ${across}`
				: `Instead of ${across}`;
		default:
			return mark.start === mark.end
				? `Missing here: ${across}`
				: isReference || mark.kind === 'added'
					? 'Only here'
					: 'Differs';
	}
}
