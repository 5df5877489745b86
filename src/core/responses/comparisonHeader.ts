import type { ComparedModel, ComparisonHeader } from './comparison';

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function readModels(value: unknown): ComparedModel[] {
	const models: ComparedModel[] = [];
	for (const item of Array.isArray(value) ? value : []) {
		const label = isRecord(item) ? text(item['label']) : undefined;
		if (label !== undefined && !models.some(model => model.label === label)) {
			models.push({ label, ref: (isRecord(item) ? text(item['ref']) : undefined) ?? label });
		}
	}
	return models;
}

/** Reads `comparison.json`; a string tells what is wrong. `id` is the folder's name and wins. */
export function parseComparisonHeader(json: string, id: string): ComparisonHeader | string {
	let row: unknown;
	try {
		row = JSON.parse(json);
	} catch (error) {
		return `not valid JSON: ${(error as Error).message}`;
	}
	if (!isRecord(row)) {
		return 'it is not an object';
	}
	const version = row['schemaVersion'];
	if (typeof version === 'number' && version > 1) {
		return 'it was written by a newer Windsock';
	}
	return {
		schemaVersion: 1,
		id,
		name: text(row['name']) ?? id,
		createdAt: text(row['createdAt']) ?? '',
		hostName: text(row['hostName']),
		promptsPath: text(row['promptsPath']),
		models: readModels(row['models']),
		sampling: isRecord(row['sampling']) ? row['sampling'] : undefined,
		runId: text(row['runId']),
	};
}
