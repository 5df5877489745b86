import type { BoardCard } from '../../src/protocol/graphBoard';

/** The card that an arrow leads to from another; undefined at an edge and for other keys. */
export function neighbour(
	columns: readonly (readonly Pick<BoardCard, 'name'>[])[],
	from: string,
	key: string,
): string | undefined {
	const column = columns.findIndex(members => members.some(({ name }) => name === from));
	const members = columns[column] ?? [];
	const row = members.findIndex(({ name }) => name === from);
	switch (key) {
		case 'ArrowDown':
			return members[row + 1]?.name;
		case 'ArrowUp':
			return members[row - 1]?.name;
		case 'ArrowRight':
		case 'ArrowLeft': {
			const other = columns[column + (key === 'ArrowRight' ? 1 : -1)];
			return other?.[Math.min(row, other.length - 1)]?.name;
		}
		case 'Home':
			return columns[0]?.[0]?.name;
		case 'End':
			return columns.at(-1)?.at(-1)?.name;
		default:
			return undefined;
	}
}
