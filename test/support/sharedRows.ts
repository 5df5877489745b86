import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Published data beside the checkout; not there everywhere. */
export const sharedData = join(import.meta.dirname, '../../../shared/data');

export const hasSharedData = existsSync(sharedData);

/** The rows of a file of JSON lines or of a JSON array, as they are spelt there or near it. */
export function rowsOfFile(path: string): Uint8Array[] {
	const text = readFileSync(path, 'utf8');
	const rows = path.endsWith('.jsonl')
		? text.split('\n').filter(line => line.trim() !== '')
		: (JSON.parse(text) as unknown[]).map(row => JSON.stringify(row));
	return rows.map(row => new TextEncoder().encode(row));
}

/** Every published dataset of examples and pairs. */
export function sharedDatasets(): string[] {
	return globSync('{llama-factory,mt-bench,alpaca-eval}/*.{json,jsonl}', { cwd: sharedData })
		.sort()
		.map(name => join(sharedData, name));
}
