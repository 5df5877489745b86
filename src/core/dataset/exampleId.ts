import { canonicalJson } from './canonicalJson';
import { isObject } from './messageShapes';

/** SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits. Platforms have their own. */
export type Hash = (text: string) => string;

/** Fields that name a row where their value stands only once in the file. */
export const idFields = ['id', 'example_id', 'prompt_id', 'uuid', '_id'] as const;
export type IdField = (typeof idFields)[number];

/** The row's value of an id field, as text; objects and lists are no ids. */
export function idValue(row: unknown, field: IdField): string | undefined {
	const value = isObject(row) ? row[field] : undefined;
	return (typeof value === 'string' && value !== '') || typeof value === 'number'
		? String(value)
		: undefined;
}

/** Hash of what the row says, whatever its key order and spacing. */
export function contentHash(rowText: string, hash: Hash): string {
	return hash(canonicalJson(rowText));
}

/** The name of an example in annotations, by a field that is unique in its file. */
export function idByField(field: IdField, value: string): string {
	return `${field}:${value}`;
}

/** The name of an example by its content; `occurrence` counts equal rows before it, from 0. */
export function idByContent(contentHash: string, occurrence: number): string {
	return `sha256:${contentHash}${occurrence === 0 ? '' : `#${occurrence + 1}`}`;
}
