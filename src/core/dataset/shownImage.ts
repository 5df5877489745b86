import type { Block } from './example';
import { isObject } from './messageShapes';

/** What an image of a row is, for showing it. */
export type ShownImage =
	/** Its bytes stand in the row, as a `data:` URI of a kind that pages can draw. */
	| { readonly kind: 'inline'; readonly uri: string; readonly bytes: number }
	/** On a network: never loaded. */
	| { readonly kind: 'address'; readonly address: string }
	/** A path, relative or not, or a `file:` URI turned into one. */
	| { readonly kind: 'path'; readonly path: string }
	| { readonly kind: 'unshown'; readonly reason: string };

/** Bytes of an image in a row; more would make the page slow. */
export const largestInlineImage = 10 * 1024 * 1024;

/** First letters of base64 by the kind of image. */
const signs: readonly (readonly [sign: string, type: string])[] = [
	['iVBORw0KGgo', 'image/png'],
	['/9j/', 'image/jpeg'],
	['R0lGOD', 'image/gif'],
	['UklGR', 'image/webp'],
];

/** Says how an image block of a row can be shown. */
export function shownImage({ source, raw }: Extract<Block, { kind: 'image' }>): ShownImage {
	const bytes = bytesIn(raw);
	if (bytes !== undefined) {
		return inlineImage(bytes);
	}
	if (source === '') {
		return { kind: 'unshown', reason: 'The row does not say which.' };
	}
	if (/^data:/i.test(source) || signs.some(([sign]) => isBase64(source, sign))) {
		return inlineImage(source);
	}
	if (/^file:\/\//i.test(source)) {
		return { kind: 'path', path: pathOfUri(source) };
	}
	return /^[a-z][a-z\d+.-]+:/i.test(source)
		? { kind: 'address', address: source }
		: { kind: 'path', path: source };
}

/** `{bytes}` of Parquet and `{source: {type: 'base64', data}}`. */
function bytesIn(raw: unknown): string | undefined {
	if (!isObject(raw)) {
		return undefined;
	}
	const { bytes, source } = raw;
	const data = isObject(source) ? source['data'] : bytes;
	return typeof data === 'string' && data !== '' ? data : undefined;
}

function inlineImage(text: string): ShownImage {
	const base64 = /^data:[^,]{0,200};base64,/i.exec(text);
	const data = text.slice(base64?.[0].length ?? 0);
	// What it says of itself is not believed: the first bytes are.
	const type = signs.find(([sign]) => data.startsWith(sign))?.[1];
	const bytes = Math.floor((data.length * 3) / 4);
	if (type === undefined) {
		return { kind: 'unshown', reason: 'It is no PNG, JPEG, GIF or WebP.' };
	}
	if (bytes > largestInlineImage) {
		return { kind: 'unshown', reason: `Its ${megabytes(bytes)} are too many to show.` };
	}
	return { kind: 'inline', uri: `data:${type};base64,${data}`, bytes };
}

function isBase64(text: string, sign: string): boolean {
	return text.startsWith(sign) && /^[A-Za-z0-9+/\s]{64}/.test(text);
}

function pathOfUri(uri: string): string {
	const path = uri.replace(/^file:\/\/(?:localhost)?/i, '');
	try {
		return decodeURIComponent(/^\/[A-Za-z]:/.test(path) ? path.slice(1) : path);
	} catch {
		// A percent sign that begins no escape stands for itself.
		return path;
	}
}

/** A number of bytes as people read it. */
export function megabytes(bytes: number): string {
	return bytes < 1024 * 1024
		? `${Math.ceil(bytes / 1024).toLocaleString('en-US')} kB`
		: `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
