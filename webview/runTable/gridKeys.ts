import type { GridPlace } from './state';

/**
 * Where a key leads in the grid; undefined for keys that lead nowhere. Row 0 is the heading.
 *
 * @param page rows that are in view
 */
export function nextPlace(
	event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
	{ row, column }: GridPlace,
	rows: number,
	columns: number,
	page: number,
): GridPlace | undefined {
	if (event.altKey) {
		return undefined;
	}
	const far = event.ctrlKey || event.metaKey;
	switch (event.key) {
		case 'ArrowDown':
			return { row: far ? rows : row + 1, column };
		case 'ArrowUp':
			return { row: far ? 0 : row - 1, column };
		case 'ArrowRight':
			return { row, column: far ? columns - 1 : column + 1 };
		case 'ArrowLeft':
			return { row, column: far ? 0 : column - 1 };
		case 'PageDown':
			return { row: row + page, column };
		case 'PageUp':
			return { row: Math.max(1, row - page), column };
		case 'Home':
			return { row: far ? 0 : row, column: 0 };
		case 'End':
			return { row: far ? rows : row, column: columns - 1 };
		default:
			return undefined;
	}
}
