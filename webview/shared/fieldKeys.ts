/**
 * Keeps undo, redo and select-all to the field in which they are typed. VS Code would undo the last
 * change of the document, and would select all once more, after the next letter is typed.
 */
export function keepToField(event: KeyboardEvent): void {
	if ((event.ctrlKey || event.metaKey) && ['a', 'y', 'z'].includes(event.key.toLowerCase())) {
		event.stopPropagation();
	}
}
