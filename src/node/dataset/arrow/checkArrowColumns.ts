import type { DataType, Table } from '@uwdata/flechette';
import { checkOffsets, type Offsets } from './checkOffsets';

/** Values of one column in one batch, as the reader holds them. */
interface ColumnBatch {
	readonly length: number;
	readonly type: DataType;
	readonly values?: ArrayLike<unknown> & { readonly byteLength: number };
	readonly offsets?: Offsets;
	readonly sizes?: Offsets;
	readonly children?: readonly ColumnBatch[];
}

const typeIds = { bool: 6, struct: 13, union: 14, fixedList: 16 };
/** Types whose values stand one beside the other, each with its own size. */
const numbers = new Set([2, 3, 8, 9, 10, 18]);

/**
 * Checks the lengths within the columns of a table: of texts, lists and what lists hold. Whatever
 * is read of it later is then no more than is in the file. Throws a RangeError.
 *
 * @param most values that the file can have at all
 */
export function checkArrowColumns(table: Table, most: number): void {
	for (const i of table.schema.fields.keys()) {
		for (const batch of table.getChildAt(i).data) {
			checkBatch(batch as unknown as ColumnBatch, most);
		}
	}
}

function checkBatch(batch: ColumnBatch, most: number): void {
	const { length, type, offsets, sizes, children = [] } = batch;
	if (length > most || length > roomIn(batch, most)) {
		throw new RangeError(`${length.toLocaleString('en-US')} values cannot be in a column of it`);
	}
	const items = children[0]?.length ?? batch.values?.byteLength ?? 0;
	if (offsets && sizes) {
		checkViews(offsets, sizes, length, items, most);
	} else if (offsets && type.typeId !== typeIds.union) {
		checkOffsets(offsets, length, items);
	}
	for (const child of children) {
		checkBatch(child, most);
	}
}

/** How many values the bytes of a batch are enough for. */
function roomIn({ type, values, children = [] }: ColumnBatch, most: number): number {
	const { typeId } = type;
	if (typeId === typeIds.struct) {
		return Math.min(most, ...children.map(child => child.length));
	}
	if (typeId === typeIds.fixedList) {
		const stride = 'stride' in type ? type.stride : 0;
		if (stride < 0 || stride > most) {
			throw new RangeError(`lists of ${stride} values cannot be in it`);
		}
		return stride === 0 ? most : Math.floor((children[0]?.length ?? 0) / stride);
	}
	if (typeId === typeIds.bool) {
		return (values?.byteLength ?? 0) * 8;
	}
	return values && numbers.has(typeId) ? values.length : most;
}

/** Lists that may stand in any order, and share values; together they are still to fit. */
function checkViews(
	offsets: Offsets,
	sizes: Offsets,
	count: number,
	items: number,
	most: number,
): void {
	let sum = 0;
	for (let i = 0; i < count; i++) {
		const [offset, size] = [Number(offsets[i] ?? -1), Number(sizes[i] ?? -1)];
		sum += size;
		if (offset < 0 || size < 0 || offset + size > items || sum > most) {
			throw new RangeError(`list ${i} of a column has a length that cannot be`);
		}
	}
}
