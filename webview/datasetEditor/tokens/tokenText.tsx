import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ShownSide, TokenChunk } from './shownSide';

/** A stretch of tokens: drawn one by one once it comes near the view, until then as plain text. */
export function TokenRun(props: {
	readonly side: ShownSide;
	readonly chunk: TokenChunk;
	readonly isDrawn: boolean;
}): JSX.Element {
	const { side, chunk, isDrawn } = props;
	const { from, to } = chunk;
	// The same content again is not even compared: there may be thousands of tokens.
	return useMemo(
		() => (
			<span class="ws-token-run" data-from={from}>
				{isDrawn
					? Array.from({ length: to - from }, (_, i) => (
							<Token key={from + i} side={side} at={from + i} />
						))
					: side.pieces.slice(from, to).join('')}
			</span>
		),
		[side, from, to, isDrawn],
	);
}

function Token({ side, at }: { readonly side: ShownSide; readonly at: number }): JSX.Element {
	const piece = side.pieces[at] ?? '';
	const name = side.special.get(at);
	const kinds = [
		'ws-token',
		at % 2 === 0 ? '' : 'ws-token-odd',
		side.loss?.[at] === true ? 'ws-token-loss' : '',
		name === undefined ? '' : 'ws-token-special',
	];
	const kind = kinds.filter(one => one !== '').join(' ');
	if (piece === '') {
		// Nothing of the text: what is drawn here is not copied with it.
		return <span class={`${kind} ws-token-empty`} data-at={at} data-shown={name ?? '·'} />;
	}
	return (
		<span class={kind} data-at={at}>
			{piece.includes('\n') ? withLineEnds(piece) : piece}
		</span>
	);
}

/** A line end is seen as a sign, which copying leaves out. */
function withLineEnds(piece: string): (JSX.Element | string)[] {
	return piece
		.split('\n')
		.flatMap((line, i) => (i === 0 ? [line] : [<i class="ws-line-end" key={i} />, `\n${line}`]));
}
