import { useEffect } from 'preact/hooks';
import { textsOf, type Example } from '../../src/core/dataset/example';
import type { TextMatches } from '../../src/core/dataset/query/matchSpans';
import type { DatasetPageModel } from './pageModel';

const all = 'ws-match';
const current = 'ws-current-match';

/** Marks what the query looks for in the row that is shown. Draws nothing of its own. */
export function MatchHighlights({ model }: { readonly model: DatasetPageModel }): null {
	const matches = model.query.matches.value;
	const match = model.query.match.value;
	const detail = model.detail.value;
	const isRendered = model.reading.isRendered.value;
	const isRaw = model.isRaw.value;
	const editing = model.editing.value;
	useEffect(() => {
		// Behind the drawing of what is to be marked.
		const frame = requestAnimationFrame(() => {
			CSS.highlights.delete(all);
			CSS.highlights.delete(current);
			const ranges = detail ? rangesOf(matches, detail.example) : [];
			const shown = ranges[match];
			CSS.highlights.set(all, new Highlight(...ranges.filter(range => range !== shown)));
			if (shown) {
				CSS.highlights.set(current, new Highlight(shown));
				reveal(shown);
			}
		});
		return () => cancelAnimationFrame(frame);
	}, [matches, match, detail, isRendered, isRaw, editing]);
	return null;
}

/** The matches as they stand in the page. */
function rangesOf(matches: readonly TextMatches[], example: Example): Range[] {
	const texts = textsOf(example);
	const elements = [...document.querySelectorAll<HTMLElement>('.ws-example-body .ws-text')];
	const found: Range[] = [];
	for (const { text: number, spans } of matches) {
		const text = texts[number] ?? '';
		const plain = elements.find(element => element.textContent === text);
		if (plain) {
			elements.splice(elements.indexOf(plain), 1);
			found.push(...spans.flatMap(({ start, end }) => rangeIn(plain, start, end) ?? []));
			continue;
		}
		// Drawn as Markdown its marks are gone; what was found is looked for as it reads now.
		const words = [...new Set(spans.map(({ start, end }) => text.slice(start, end)))];
		const drawn = elements.find(element => isDrawnFrom(element.textContent ?? '', text));
		if (drawn) {
			elements.splice(elements.indexOf(drawn), 1);
			found.push(...words.flatMap(word => rangesSaying(drawn, word)));
		}
	}
	return found;
}

/** Whether the words of an element are those of a text, whatever marks it lost. */
function isDrawnFrom(drawn: string, text: string): boolean {
	const letters = (of: string): string => of.replaceAll(/[^\p{L}\p{N}]/gu, '');
	return letters(text).startsWith(letters(drawn).slice(0, 60));
}

export function rangesSaying(element: HTMLElement, word: string): Range[] {
	if (word === '') {
		return [];
	}
	const text = element.textContent ?? '';
	const found: Range[] = [];
	for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
		const range = rangeIn(element, at, at + word.length);
		if (range) {
			found.push(range);
		}
	}
	return found;
}

export function rangeIn(element: HTMLElement, start: number, end: number): Range | undefined {
	const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
	const range = new Range();
	let before = 0;
	let isStarted = false;
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const length = node.textContent?.length ?? 0;
		if (!isStarted && start < before + length) {
			range.setStart(node, start - before);
			isStarted = true;
		}
		if (isStarted && end <= before + length) {
			range.setEnd(node, end - before);
			return range;
		}
		before += length;
	}
	return undefined;
}

/** Scrolls to it if it is out of sight. */
export function reveal(range: Range): void {
	const body = document.querySelector('.ws-example-body');
	const place = range.getBoundingClientRect();
	const view = body?.getBoundingClientRect();
	if (body && view && (place.top < view.top || place.bottom > view.bottom)) {
		body.scrollTop += place.top - view.top - view.height / 3;
	}
}
