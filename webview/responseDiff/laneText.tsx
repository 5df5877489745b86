import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { proseDiff, spansOf, type ProseDiff } from '../../src/core/responses/proseDiff';
import { visibleText } from './visibleText';

const words = {
	added: 'Only here',
	removed: 'Missing here',
	replaced: 'Other words here',
	moved: 'Stands at another place',
} as const;

const quoted = (text: string): string => {
	const short = visibleText(text.trim());
	return `“${short.length > 300 ? `${short.slice(0, 300)}…` : short}”`;
};

export function useDiff(
	reference: string | undefined,
	other: string | undefined,
): ProseDiff | undefined {
	return useMemo(
		() =>
			reference === undefined || other === undefined ? undefined : proseDiff(reference, other),
		[reference, other],
	);
}

/** An answer with what differs marked by hue and by underline. Plain text only, never markup. */
export function LaneText(props: {
	readonly text: string;
	readonly diff: ProseDiff | undefined;
	readonly side: 'reference' | 'other';
	readonly testId: string;
}): JSX.Element {
	const { text, diff, side } = props;
	const body = text === '' ? <em class="ws-muted">Empty answer</em> : visibleText(text);
	return (
		<div class="rd-text" dir="auto" tabIndex={0} data-testid={props.testId}>
			{diff && text !== '' ? <Spans diff={diff} side={side} /> : body}
		</div>
	);
}

function Spans(props: {
	readonly diff: ProseDiff;
	readonly side: 'reference' | 'other';
}): JSX.Element {
	const { diff, side } = props;
	const across = side === 'reference' ? 'other' : 'reference';
	const acrossText = side === 'reference' ? diff.otherText : diff.referenceText;
	return (
		<>
			{spansOf(diff, side).map((span, i) => {
				if (span.kind === 'equal' || span.change === undefined) {
					return visibleText(span.text);
				}
				const range = diff.changes[span.change]?.[across];
				const counterpart = range ? acrossText.slice(range.start, range.end) : '';
				if (span.text === '') {
					return (
						<span
							key={i}
							class={`rd-gap rd-gap-${span.kind}`}
							role="note"
							title={`${words.removed}: ${quoted(counterpart)}`}
							aria-label={`${words.removed}: ${counterpart}`}
						/>
					);
				}
				// What only the reference has is "added" seen from there.
				const kind = side === 'reference' && span.kind === 'removed' ? 'added' : span.kind;
				return (
					<mark
						key={i}
						class={`rd-change rd-${span.kind}`}
						title={span.kind === 'replaced' ? `Instead of ${quoted(counterpart)}` : words[kind]}
					>
						{visibleText(span.text)}
					</mark>
				);
			})}
		</>
	);
}
