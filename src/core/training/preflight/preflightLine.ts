import type {
	PreflightFinding,
	PreflightLine,
	PreflightProgress,
	PreflightSummary,
} from '../../contract/runFiles.generated';

type Fields = Readonly<Record<string, unknown>>;

const parts = new Set(['data', 'recipe', 'host', 'trust']);
const severities = new Set(['error', 'warning', 'info']);
const verdicts = new Set(['fits', 'tight', 'tooBig', 'unknown']);
/** Longer ones are cut: they stand in sentences. */
const longestCode = 80;

/** Undefined for what is no line of a preflight: a word of a login script, a half line, a newer kind. */
export function parsePreflightLine(text: string): PreflightLine | undefined {
	const fields = objectIn(text);
	switch (fields?.['line']) {
		case 'progress':
			return isProgress(fields) ? (fields as unknown as PreflightProgress) : undefined;
		case 'finding':
			return findingOf(fields);
		case 'summary':
			return summaryOf(fields);
		default:
			return undefined;
	}
}

function objectIn(text: string): Fields | undefined {
	if (!text.startsWith('{')) {
		return undefined;
	}
	try {
		return JSON.parse(text) as Fields;
	} catch {
		return undefined;
	}
}

function isProgress({ phase, done, total }: Fields): boolean {
	return typeof phase === 'string' && isCount(done) && isCount(total);
}

function findingOf(fields: Fields): PreflightFinding | undefined {
	const { part, code, severity, dataset, rows, rowValues, key, values, fix } = fields;
	if (!parts.has(String(part)) || !severities.has(String(severity)) || typeof code !== 'string') {
		return undefined;
	}
	const lines = Array.isArray(rows) ? (rows as unknown[]).filter(isRow) : [];
	return {
		line: 'finding',
		part: part as PreflightFinding['part'],
		severity: severity as PreflightFinding['severity'],
		code: code.slice(0, longestCode),
		...(isCount(dataset) ? { dataset } : {}),
		...(lines.length === 0 ? {} : { rows: lines }),
		...(Array.isArray(rowValues) ? { rowValues: rowValues.map(fieldsOf) } : {}),
		...(typeof key === 'string' ? { key } : {}),
		...(isFields(values) ? { values } : {}),
		...(isFields(fix) ? { fix } : {}),
	};
}

function summaryOf(fields: Fields): PreflightSummary | undefined {
	const { seconds, datasets, memory, disk, versions } = fields;
	if (typeof seconds !== 'number' || !Array.isArray(datasets)) {
		return undefined;
	}
	return {
		line: 'summary',
		seconds,
		datasets: (datasets as unknown[]).filter(isDataset),
		...(isMemory(memory) ? { memory } : {}),
		...(isDisk(disk) ? { disk } : {}),
		...(isFields(versions)
			? {
					versions: Object.fromEntries(
						Object.entries(versions).map(([name, version]) => [name, String(version)]),
					),
				}
			: {}),
	};
}

function isDataset(value: unknown): value is PreflightSummary['datasets'][number] {
	return (
		isFields(value) &&
		typeof value['split'] === 'string' &&
		['rows', 'kept', 'cached', 'tokens', 'trained', 'cutRows', 'cutTrained'].every(name =>
			isCount(value[name]),
		)
	);
}

function isMemory(value: unknown): value is NonNullable<PreflightSummary['memory']> {
	return (
		isFields(value) &&
		['low', 'expected', 'high'].every(name => isAmount(value[name])) &&
		['available', 'measured'].every(name => value[name] === undefined || isAmount(value[name])) &&
		verdicts.has(String(value['verdict'])) &&
		Array.isArray(value['parts']) &&
		value['parts'].every(part => isFields(part) && isAmount(part['bytes'])) &&
		(value['change'] === undefined || isChange(value['change']))
	);
}

function isChange(value: unknown): boolean {
	return isFields(value) && isFields(value['set']) && isAmount(value['expected']);
}

function isDisk(value: unknown): value is NonNullable<PreflightSummary['disk']> {
	return (
		isFields(value) &&
		isAmount(value['checkpoint']) &&
		isCount(value['checkpoints']) &&
		isAmount(value['free'])
	);
}

function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Record<string, unknown> {
	return isFields(value) ? value : {};
}

function isAmount(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRow(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 1;
}
