import type { DatasetPageModel } from './pageModel';

/** Keys that work wherever the focus is, but not while text is typed. */
export function listenToKeys(target: Document, model: DatasetPageModel): void {
	target.addEventListener('keydown', event => {
		if (event.ctrlKey || event.metaKey || event.altKey || takesText(event)) {
			return;
		}
		const onPage = event.target === target.body;
		if (model.review.value && event.key !== 'r') {
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
			case 'r':
				model.toggleRaw();
				break;
			default:
				return;
		}
		event.preventDefault();
	});
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
