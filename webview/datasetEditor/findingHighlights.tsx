import { useEffect } from 'preact/hooks';
import { messagesOf, messageText, type Example } from '../../src/core/dataset/example';
import type { Finding } from '../../src/core/dataset/findings/finding';
import { rangeIn, rangesSaying, reveal } from './matchHighlights';
import type { DatasetPageModel } from './pageModel';

const all = 'ws-finding';
const current = 'ws-current-finding';

/** Marks the words that findings are about, where they are known. Draws nothing of its own. */
export function FindingHighlights({ model }: { readonly model: DatasetPageModel }): null {
	const detail = model.detail.value;
	const shown = model.findings.shown();
	const isRendered = model.reading.isRendered.value;
	const isRaw = model.isRaw.value;
	const editing = model.editing.value;
	useEffect(() => {
		// Behind the drawing of what is to be marked.
		const frame = requestAnimationFrame(() => {
			const found = (detail?.findings ?? []).flatMap(finding => {
				const range = detail && rangeOf(finding, detail.example);
				return range ? [{ finding, range }] : [];
			});
			const now = found.find(({ finding }) => finding === shown)?.range;
			const others = found.filter(({ finding }) => finding !== shown);
			CSS.highlights.set(all, new Highlight(...others.map(({ range }) => range)));
			CSS.highlights.set(current, new Highlight(...(now ? [now] : [])));
			if (now) {
				reveal(now);
			} else if (shown?.message !== undefined) {
				elementOf(shown)?.scrollIntoView({ block: 'nearest' });
			}
		});
		return () => cancelAnimationFrame(frame);
	}, [detail, shown, isRendered, isRaw, editing]);
	return null;
}

function elementOf({ message }: Finding): HTMLElement | undefined {
	return (
		document.querySelector<HTMLElement>(
			`.ws-example-body [data-testid="message-${message ?? 0}"]`,
		) ?? undefined
	);
}

/** The words of a finding as they stand in the page; undefined while they are folded or edited. */
function rangeOf(finding: Finding, example: Example): Range | undefined {
	const { message, start, end } = finding;
	if (start === undefined || end === undefined) {
		return undefined;
	}
	const spoken = message === undefined ? undefined : messagesOf(example)[message];
	const text = example.kind === 'text' ? example.body.text : spoken ? messageText(spoken) : '';
	for (const element of elementOf(finding)?.querySelectorAll<HTMLElement>('.ws-text') ?? []) {
		// Drawn as Markdown or cut, it is no longer the text by letters; the words are looked for.
		const range =
			element.textContent === text
				? rangeIn(element, start, end)
				: rangesSaying(element, text.slice(start, end))[0];
		if (range) {
			return range;
		}
	}
	return undefined;
}
