import type { CellValue } from './tableRun';

/** A cell on its way to a page, which is JSON: that knows neither NaN nor the infinities. */
export type WireCell =
	string | number | null | { readonly number: 'NaN' | 'Infinity' | '-Infinity' };

export function toWire(value: CellValue): WireCell {
	if (typeof value !== 'number' || Number.isFinite(value)) {
		return value ?? null;
	}
	return { number: Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity' };
}

export function fromWire(cell: WireCell | undefined): CellValue {
	return typeof cell === 'object' && cell !== null ? Number(cell.number) : (cell ?? undefined);
}
