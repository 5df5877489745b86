import { messagesOf } from '../../src/core/dataset/example';
import type { DatasetPageModel } from './pageModel';

/** Keys that change how a row is drawn; the review has no use for them. */
const readingKeys: ReadonlySet<string> = new Set(['r', 'v', 'w', 'e', 'z', 'Z']);

/** Keys that work wherever the focus is, but not while text is typed. */
export function listenToKeys(target: Document, model: DatasetPageModel): void {
	target.addEventListener('keydown', event => {
		if (event.key === 'F3') {
			// Also from the field; Shift leads back.
			void model.query.stepMatch(event.shiftKey ? -1 : 1);
			event.preventDefault();
			return;
		}
		if (event.key === 'F8' && !takesText(event)) {
			void model.findings.step(event.shiftKey ? -1 : 1);
			event.preventDefault();
			return;
		}
		if (event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey) {
			focusQuery();
			event.preventDefault();
			event.stopPropagation();
			return;
		}
		if (event.ctrlKey || event.metaKey || event.altKey || takesText(event)) {
			return;
		}
		if (event.key === 'R' && model.query.isOutdated) {
			void model.query.runAgain();
			event.preventDefault();
			return;
		}
		const onPage = event.target === target.body;
		if (model.review.value && !readingKeys.has(event.key)) {
			// These keys are VS Code's then, and the user's to change.
			return;
		}
		switch (event.key) {
			case 'ArrowDown':
			case 'ArrowUp':
				// A page just opened, and one after an edit, has the focus nowhere.
				if (!onPage) {
					return;
				}
				void model.step(event.key === 'ArrowDown' ? 1 : -1);
				break;
			case 'k':
				void model.rowEditor.label('keep');
				break;
			case 'd':
				void model.rowEditor.label('drop');
				break;
			case 's':
				if (model.detail.value?.actions.canSwapReplies !== true) {
					return;
				}
				void model.rowEditor.change({ kind: 'swapReplies' }, 'Chosen and rejected swapped.');
				break;
			case 'v':
				model.reading.toggleRendered();
				break;
			case 'w':
				model.reading.toggleMarks();
				break;
			case 'e':
				model.reading.toggleAllTexts();
				break;
			case 'z':
			case 'Z':
				fold(model, event.key === 'z' ? messageAt(event.target) : undefined);
				break;
			case 'r':
				model.toggleRaw();
				break;
			case 't':
				model.toggleTokens();
				break;
			default:
				return;
		}
		event.preventDefault();
	});
}

/** Folds the message that has the focus, else all of the row. */
function fold(model: DatasetPageModel, message: number | undefined): void {
	const example = model.detail.value?.example;
	if (message !== undefined) {
		model.reading.toggleFold(message);
	} else if (example) {
		model.reading.toggleAllFolds(messagesOf(example).length);
	}
}

function messageAt(target: EventTarget | null): number | undefined {
	const element = target instanceof Element ? target.closest<HTMLElement>('[data-message]') : null;
	return element ? Number(element.dataset['message']) : undefined;
}

/** Puts the caret into the query field, what is in it selected. */
export function focusQuery(): void {
	const field = document.querySelector<HTMLInputElement>('.ws-query-input');
	field?.focus();
	field?.select();
}

/** A shortcut as the platform writes it. */
export function keyName(keys: string): string {
	return /Mac/.test(navigator.platform)
		? keys
				.replace('Ctrl+', '⌘')
				.replace('Shift+', '⇧')
				.replace('Alt+', '⌥')
				.replace('Enter', '↩')
				.replace('Delete', '⌦')
		: keys;
}

export function takesText(event: KeyboardEvent): boolean {
	// The toolkit's fields keep their input in a shadow tree.
	const [origin] = event.composedPath();
	return (
		origin instanceof HTMLInputElement ||
		origin instanceof HTMLTextAreaElement ||
		origin instanceof HTMLSelectElement ||
		(origin instanceof HTMLElement && origin.isContentEditable)
	);
}
