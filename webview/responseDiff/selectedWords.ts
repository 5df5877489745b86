import type { AnswerSelection } from '../../src/protocol/answerSources';
import { promptId } from './state';

/** What is selected within one answer; undefined for nothing, or for parts of several. */
export function selectedWords(): AnswerSelection | undefined {
	const selection = window.getSelection();
	const text = selection?.toString().trim() ?? '';
	if (!selection || selection.rangeCount === 0 || text === '') {
		return undefined;
	}
	const { commonAncestorContainer: node } = selection.getRangeAt(0);
	const element = node instanceof Element ? node : node.parentElement;
	const lane = element?.closest<HTMLElement>('.rd-text')?.dataset['lane'];
	return lane === undefined ? undefined : { promptId: promptId.value, lane, text };
}
