import type { ByteSource } from './byteSource';
import {
	readThrift,
	thriftTypes,
	writeThrift,
	type ThriftField,
	type ThriftList,
	type ThriftStruct,
} from './thrift';

/** Field numbers of `parquet.thrift`, https://github.com/apache/parquet-format. */
const fileFields = { numRows: 3, rowGroups: 4, encryption: 8 };
const groupFields = { columns: 1, numRows: 3, fileOffset: 5, ordinal: 7 };
const chunkFields = { fileOffset: 2, metadata: 3, indexes: [4, 5, 6, 7] };
const metadataFields = {
	totalCompressedSize: 7,
	dataPage: 9,
	indexPage: 10,
	dictionaryPage: 11,
	bloomFilter: [14, 15],
};

/** The footer of a Parquet file, every field kept, and where each row group's bytes stand. */
export class ParquetFooter {
	private constructor(private readonly root: ThriftStruct) {}

	/** Throws an error for a footer that is broken or encrypted. */
	static async read(source: ByteSource): Promise<ParquetFooter> {
		const tail = await source.read(source.size - 8, source.size);
		const length = new DataView(tail.buffer, tail.byteOffset, 8).getUint32(0, true);
		const root = readThrift(await source.read(source.size - 8 - length, source.size - 8));
		if (root.has(fileFields.encryption)) {
			throw new Error('it is encrypted');
		}
		return new ParquetFooter(root);
	}

	get groups(): readonly ThriftStruct[] {
		return listOf(this.root.get(fileFields.rowGroups)).items as ThriftStruct[];
	}

	/** The footer with other row groups, and the end of the file after it. */
	withGroups(groups: readonly ThriftStruct[]): Uint8Array {
		const rows = groups.reduce((sum, group) => sum + whole(group.get(groupFields.numRows)), 0n);
		const list: ThriftList = {
			elementType: thriftTypes.struct,
			items: groups.map((group, i) =>
				group.has(groupFields.ordinal)
					? replaced(group, groupFields.ordinal, { type: 4, value: BigInt(i) })
					: group,
			),
		};
		const withRows = replaced(this.root, fileFields.numRows, {
			type: thriftTypes.i64,
			value: rows,
		});
		const footer = writeThrift(
			replaced(withRows, fileFields.rowGroups, { type: thriftTypes.list, value: list }),
		);
		const end = new Uint8Array(footer.length + 8);
		end.set(footer);
		new DataView(end.buffer).setUint32(footer.length, footer.length, true);
		end.set([80, 65, 82, 49], footer.length + 4);
		return end;
	}
}

/** Where the pages of a row group stand; `end` is exclusive. */
export function groupRange(group: ThriftStruct): { readonly start: number; readonly end: number } {
	let start = Infinity;
	let end = 0;
	for (const chunk of chunksOf(group)) {
		const metadata = structOf(chunk.get(chunkFields.metadata));
		const pages = [metadataFields.dataPage, metadataFields.dictionaryPage, metadataFields.indexPage]
			.map(field => Number(whole(metadata.get(field))))
			.filter(offset => offset > 0);
		const first = Math.min(...pages);
		start = Math.min(start, first);
		end = Math.max(end, first + Number(whole(metadata.get(metadataFields.totalCompressedSize))));
	}
	return { start: Number.isFinite(start) ? start : end, end };
}

/**
 * The row group when its bytes stand elsewhere. Page indexes and bloom filters stand outside the
 * group and are left out; readers do without.
 */
export function movedGroup(group: ThriftStruct, by: number): ThriftStruct {
	const columns: ThriftList = {
		elementType: thriftTypes.struct,
		items: chunksOf(group).map(chunk => {
			const metadata = structOf(chunk.get(chunkFields.metadata));
			const moved = shifted(metadata, by, [
				metadataFields.dataPage,
				metadataFields.indexPage,
				metadataFields.dictionaryPage,
			]);
			const kept = without(moved, metadataFields.bloomFilter);
			const whole = replaced(shifted(chunk, by, [chunkFields.fileOffset]), chunkFields.metadata, {
				type: thriftTypes.struct,
				value: kept,
			});
			return without(whole, chunkFields.indexes);
		}),
	};
	return replaced(shifted(group, by, [groupFields.fileOffset]), groupFields.columns, {
		type: thriftTypes.list,
		value: columns,
	});
}

function chunksOf(group: ThriftStruct): readonly ThriftStruct[] {
	return listOf(group.get(groupFields.columns)).items as ThriftStruct[];
}

/** Offsets of 0 say that there is nothing, as some writers put it. */
function shifted(struct: ThriftStruct, by: number, fields: readonly number[]): ThriftStruct {
	const moved = new Map(struct);
	for (const id of fields) {
		const field = struct.get(id);
		if (field && typeof field.value === 'bigint' && field.value > 0n) {
			moved.set(id, { ...field, value: field.value + BigInt(by) });
		}
	}
	return moved;
}

function replaced(struct: ThriftStruct, id: number, field: ThriftField): ThriftStruct {
	return new Map(struct).set(id, field);
}

function without(struct: ThriftStruct, fields: readonly number[]): ThriftStruct {
	return new Map([...struct].filter(([id]) => !fields.includes(id)));
}

function whole(field: ThriftField | undefined): bigint {
	return typeof field?.value === 'bigint' ? field.value : 0n;
}

function structOf(field: ThriftField | undefined): ThriftStruct {
	if (!(field?.value instanceof Map)) {
		throw new RangeError('the footer lacks a part');
	}
	return field.value;
}

function listOf(field: ThriftField | undefined): ThriftList {
	const value = field?.value;
	if (typeof value !== 'object' || !('items' in value)) {
		throw new RangeError('the footer lacks a part');
	}
	return value;
}
