import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ReadingModel } from './readingModel';

/** Pixels that a text takes at most until it is opened; a little more is shown at once. */
const foldedHeight = 420;
const slack = 100;
/** So many characters are taller than the fold in any width; the rest is not even drawn. */
const drawnWhenFolded = 12_000;

/**
 * A text that is cut at a height until someone wants to see it all.
 *
 * @param props.render draws the text, or the beginning of it
 */
export function LongText(props: {
	readonly reading: ReadingModel;
	/** Names the text among those of the row. */
	readonly name: string;
	readonly text: string;
	readonly render: (shown: string) => ComponentChildren;
}): JSX.Element {
	const { reading, name, text } = props;
	const element = useRef<HTMLDivElement>(null);
	const [isTall, setTall] = useState(text.length > drawnWhenFolded);
	const isOpen = reading.isOpen(name);
	const isCut = text.length > drawnWhenFolded;
	useLayoutEffect(() => {
		const content = element.current;
		if (!content) {
			return undefined;
		}
		const measure = (): void => setTall(isCut || content.scrollHeight > foldedHeight + slack);
		const observer = new ResizeObserver(measure);
		observer.observe(content);
		// The frame keeps its height while what is in it grows or shrinks.
		for (const child of content.children) {
			observer.observe(child);
		}
		measure();
		return () => observer.disconnect();
	}, [text, isOpen]);
	const isFolded = isTall && !isOpen;
	return (
		<>
			<div ref={element} class={isFolded ? 'ws-long ws-folded-text' : 'ws-long'}>
				{props.render(isFolded && isCut ? beginning(text) : text)}
			</div>
			{isTall && (
				<button
					class="ws-link ws-show-all"
					aria-expanded={isOpen}
					data-testid={`show-all-${name}`}
					onClick={() => reading.toggleOpen(name)}
				>
					{isOpen ? 'Show less' : `Show all (${text.length.toLocaleString('en-US')} characters)`}
				</button>
			)}
		</>
	);
}

/** Ends with a line where there is one near, never inside a pair of surrogates. */
function beginning(text: string): string {
	const end = text.lastIndexOf('\n', drawnWhenFolded);
	return text.slice(0, end > drawnWhenFolded / 2 ? end : drawnWhenFolded).toWellFormed();
}
