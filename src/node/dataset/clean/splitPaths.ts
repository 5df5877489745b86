import { extname } from 'node:path';

/** Files that a result goes to: itself, or its train and its test side. */
export function splitPaths(out: string, isSplit: boolean): string[] {
	if (!isSplit) {
		return [out];
	}
	const extension = extname(out);
	const stem = out.slice(0, out.length - extension.length);
	return [`${stem}.train${extension}`, `${stem}.test${extension}`];
}
