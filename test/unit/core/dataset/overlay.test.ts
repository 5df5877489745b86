import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonArrayIndexer } from '../../../../src/core/dataset/jsonArrayIndex';
import { JsonlIndexer } from '../../../../src/core/dataset/jsonlIndex';
import { Overlay, type RowEdit, type RowId } from '../../../../src/core/dataset/overlay';
import { concat } from '../../../../src/core/dataset/rowPatch';
import { RowRanges } from '../../../../src/core/dataset/rowRanges';
import { savePlan } from '../../../../src/core/dataset/savePlan';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string =>
	new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** A file in memory with an overlay on it, read and saved the way a dataset is. */
class OpenFile {
	rows = new RowRanges();
	layout = new JsonlIndexer(this.rows).finish();
	overlay = new Overlay();

	constructor(public bytes: Uint8Array) {
		this.#index();
		this.overlay.growBase(this.rows.count);
	}

	read(): string[] {
		return Array.from({ length: this.overlay.count }, (_, position) => {
			const row = this.overlay.rowAt(position);
			return decode(row.bytes ?? this.#base(row.base));
		});
	}

	content(id: RowId): Uint8Array {
		const row = this.overlay.row(id);
		return row?.bytes ?? this.#base(row?.base);
	}

	written(): Uint8Array {
		const plan = savePlan(this.layout, this.rows, this.overlay.runs());
		return concat(
			plan.map(part =>
				part.kind === 'copy' ? this.bytes.subarray(part.start, part.end) : part.bytes,
			),
		);
	}

	save(): void {
		const deleted = new Map(
			this.overlay.deletedRows().map(({ id, base }) => [id, this.#base(base)] as const),
		);
		this.bytes = this.written();
		this.#index();
		this.overlay.saved(deleted);
	}

	#index(): void {
		this.rows = new RowRanges();
		const Indexer = this.bytes[0] === 91 ? JsonArrayIndexer : JsonlIndexer;
		const indexer = new Indexer(this.rows);
		indexer.push(this.bytes);
		this.layout = indexer.finish();
	}

	#base(base: number | undefined): Uint8Array {
		return base === undefined
			? new Uint8Array()
			: this.bytes.slice(this.rows.start(base), this.rows.end(base));
	}
}

describe('the overlay', () => {
	it('gives a row back its bytes when an edit returns to the original', () => {
		const file = new OpenFile(encode('{"a":1}\n{"b":2}\n'));
		const edit: RowEdit = {
			kind: 'replace',
			id: 1,
			before: encode('{"b":2}'),
			after: encode('{"b":3}'),
		};
		const inverse = file.overlay.apply(edit);
		expect(decode(file.written())).toBe('{"a":1}\n{"b":3}\n');
		file.overlay.apply(inverse);
		expect(file.overlay.isChanged).toBe(false);
		expect(savePlan(file.layout, file.rows, file.overlay.runs())).toEqual([
			{ kind: 'copy', start: 0, end: 16 },
		]);
	});

	it('keeps the layout of the file when rows are deleted, added and moved', () => {
		const file = new OpenFile(encode('[\n  {"a":1},\n  {"b":2},\n  {"c":3}\n]\n'));
		file.overlay.apply({ kind: 'delete', id: 1 });
		file.overlay.apply({ kind: 'insert', position: 2, bytes: encode('{"d":4}') });
		file.overlay.apply({ kind: 'move', id: 0, position: 1 });
		expect(decode(file.written())).toBe('[\n  {"c":3},\n  {"a":1},\n  {"d":4}\n]\n');
		for (const id of [0, 2]) {
			file.overlay.apply({ kind: 'delete', id });
		}
		file.overlay.apply({ kind: 'delete', id: file.overlay.rowAt(0).id });
		expect(JSON.parse(decode(file.written()))).toEqual([]);
	});

	it('keeps a missing last line end missing, and CRLF', () => {
		const file = new OpenFile(encode('1\r\n2\r\n3'));
		file.overlay.apply({ kind: 'insert', position: 3, bytes: encode('4') });
		file.overlay.apply({ kind: 'delete', id: 1 });
		expect(decode(file.written())).toBe('1\r\n3\r\n4');
	});

	it('takes in rows that the index finds later', () => {
		const overlay = new Overlay(2);
		overlay.apply({ kind: 'delete', id: 0 });
		overlay.growBase(4);
		expect([0, 1, 2].map(position => overlay.rowAt(position).base)).toEqual([1, 2, 3]);
	});

	it('reads, saves, undoes and restores like a plain list, whatever is done', () => {
		type Step = EditStep | { kind: 'undo' | 'redo' | 'save' | 'restart' };
		const at = fc.nat(30);
		const step: fc.Arbitrary<Step> = fc.oneof(
			fc.record({
				kind: fc.constantFrom(
					'replace' as const,
					'delete' as const,
					'insert' as const,
					'move' as const,
					'deleteRows' as const,
				),
				at,
				value: fc.nat(99),
			}),
			fc.record({
				kind: fc.constantFrom(
					'undo' as const,
					'redo' as const,
					'save' as const,
					'restart' as const,
				),
			}),
		);
		const start = fc.constantFrom(
			'[\n\t1,\n\t2,\n\t3\n]',
			'[]',
			'1\n2\n3\n4',
			'',
			'\uFEFF1\r\n\r\n2\r\n',
			'[7]',
		);
		fc.assert(
			fc.property(start, fc.array(step, { maxLength: 40 }), (text, steps) => {
				const file = new OpenFile(encode(text));
				let list = file.read();
				const undo: { edit: RowEdit; list: string[] }[] = [];
				let redo: { edit: RowEdit; list: string[] }[] = [];
				for (const one of steps) {
					if (one.kind === 'undo' || one.kind === 'redo') {
						const [from, to] = one.kind === 'undo' ? [undo, redo] : [redo, undo];
						const entry = from.pop();
						if (entry) {
							to.push({ edit: file.overlay.apply(entry.edit), list });
							list = entry.list;
						}
					} else if (one.kind === 'save') {
						file.save();
						expect(file.overlay.isChanged).toBe(false);
					} else if (one.kind === 'restart') {
						file.overlay = Overlay.from(structuredClone(file.overlay.state()));
					} else if ('at' in one) {
						const made = editFor(file, one, list);
						if (made) {
							undo.push({ edit: file.overlay.apply(made.edit), list });
							redo = [];
							list = made.list;
						}
					}
					expect(file.read()).toEqual(list);
				}
				file.save();
				expect(new OpenFile(file.bytes).read()).toEqual(list);
			}),
			{ seed: 3, numRuns: 300 },
		);
	});
});

interface EditStep {
	kind: 'replace' | 'delete' | 'insert' | 'move' | 'deleteRows';
	at: number;
	value: number;
}

function editFor(
	file: OpenFile,
	step: EditStep,
	list: string[],
): { edit: RowEdit; list: string[] } | undefined {
	const next = [...list];
	const text = String(step.value);
	if (step.kind === 'insert') {
		const position = step.at % (list.length + 1);
		next.splice(position, 0, text);
		return { edit: { kind: 'insert', position, bytes: encode(text) }, list: next };
	}
	if (list.length === 0) {
		return undefined;
	}
	if (step.kind === 'deleteRows') {
		const ids = list.map((_, i) => file.overlay.rowAt(i).id);
		const isGone = (i: number): boolean => (i * 7 + step.value) % 3 === 0;
		const kept = list.filter((_, i) => !isGone(i));
		const gone = ids.filter((_, i) => isGone(i)).toReversed();
		return { edit: { kind: 'deleteRows', ids: gone }, list: kept };
	}
	const position = step.at % list.length;
	const { id } = file.overlay.rowAt(position);
	if (step.kind === 'replace') {
		next[position] = text;
		return {
			edit: { kind: 'replace', id, before: file.content(id), after: encode(text) },
			list: next,
		};
	}
	const [taken = ''] = next.splice(position, 1);
	if (step.kind === 'delete') {
		return { edit: { kind: 'delete', id }, list: next };
	}
	const target = step.value % list.length;
	next.splice(target, 0, taken);
	return { edit: { kind: 'move', id, position: target }, list: next };
}
