import { ok, type Result } from '../../core/base/result';
import type { ContainerKind } from '../../core/dataset/container';
import type { FormatName } from '../../core/dataset/example';
import { sentenceFor, severityOf } from '../../core/dataset/findings/checks';
import { codesOf, type Finding, type FindingCode } from '../../core/dataset/findings/finding';
import { fileWideBits } from '../../core/dataset/findings/fileFindings';
import { packRows, ScanTable, scanRow } from '../../core/dataset/rowScan';
import type { OverlapRule } from '../../core/dataset/near/promptOverlap';
import type { Progress } from '../../core/training/launchRequest';
import { findContamination, type ContaminationReport } from './contamination/findContamination';
import { placeText } from './contamination/promptSets';
import { DatasetFile } from './datasetFile';
import { checkCancelled, expected } from './expected';
import { sha256 } from './hash';
import {
	findNearDuplicates,
	nearDetail,
	type NearDuplicatesReport,
} from './near/findNearDuplicates';
import { readPortions } from './rowReader';

/** Where a finding stands and what it says. */
export interface RowFinding {
	/** Counted from 1, as people and editors do. */
	readonly row: number;
	readonly code: FindingCode;
	readonly severity: 'error' | 'warning';
	/** Number of the message in the example, from 1. */
	readonly message?: number;
	readonly sentence: string;
}

export interface DatasetInspection {
	readonly path: string;
	readonly container: ContainerKind;
	readonly bytes: number;
	readonly rows: number;
	/** Rows of each format that occurs, most frequent first. */
	readonly formats: Readonly<Partial<Record<FormatName, number>>>;
	readonly findingCounts: Readonly<Partial<Record<FindingCode, number>>>;
	/** All findings in the order of the rows. */
	readonly findings: readonly RowFinding[];
	/** What is wrong with the file as a whole. */
	readonly fault?: string;
	/** Where they were asked for. */
	readonly nearDuplicates?: NearDuplicatesReport;
	readonly contamination?: ContaminationReport;
}

export interface InspectOptions {
	readonly signal?: AbortSignal;
	readonly progress?: Progress;
	/** Also look for near-duplicates in the dataset and, against others, across files. */
	readonly near?: { readonly threshold: number; readonly against: readonly string[] };
	/** Also look for prompts that stand in these sets. */
	readonly contamination?: { readonly sets: readonly string[]; readonly rule: OverlapRule };
}

/** Reads a whole dataset: what its rows are and what the checks say about them. */
export async function inspectDataset(
	path: string,
	options: InspectOptions = {},
): Promise<Result<DatasetInspection>> {
	const opened = await DatasetFile.open(path);
	if (!opened.ok) {
		return opened;
	}
	const file = opened.value;
	try {
		const indexed = await file.indexed;
		if (!indexed.ok) {
			return indexed;
		}
		const inspected = await expected(async () => {
			const near =
				options.near &&
				(await findNearDuplicates({ dataset: { path: file.path }, ...options.near }, options));
			const { contamination: asked } = options;
			const overlap =
				asked && (await findContamination({ dataset: { path: file.path }, ...asked }, options));
			const searched = [...nearFindings(near), ...overlapFindings(overlap)];
			return { ...(await inspectRows(file, options.signal, searched)), near, overlap };
		});
		if (!inspected.ok) {
			return inspected;
		}
		const found = inspected.value;
		return ok({
			path: file.path,
			container: file.kind,
			bytes: indexed.value.size,
			rows: file.rows.count,
			formats: sorted(found.formats),
			findingCounts: sorted(found.counts),
			findings: found.findings,
			...(indexed.value.fault === undefined ? {} : { fault: indexed.value.fault }),
			...(found.near ? { nearDuplicates: found.near } : {}),
			...(found.overlap ? { contamination: found.overlap } : {}),
		});
	} finally {
		await file.close();
	}
}

async function inspectRows(
	file: DatasetFile,
	signal: AbortSignal | undefined,
	searched: readonly RowFinding[],
) {
	const table = new ScanTable();
	const formats = new Map<FormatName, number>();
	const findings: RowFinding[] = [];
	const firstSaying = new Map<number, number>();
	for await (const { from, rows } of readPortions(file.rows, row => file.sizeOf(row))) {
		checkCancelled(signal, 'inspecting the dataset');
		const scanned = rows.map(bytes => scanRow(bytes, sha256, file));
		table.append(packRows(scanned));
		for (const [i, one] of scanned.entries()) {
			const number = from + i + 1;
			add(formats, one.row.format);
			const first = firstSaying.get(one.sayingKey);
			firstSaying.set(one.sayingKey, first ?? number);
			const duplicate: Finding[] =
				first === undefined ? [] : [{ code: 'duplicateRow', detail: `row ${first}` }];
			for (const finding of [...one.findings, ...duplicate]) {
				findings.push(rowFinding(number, finding));
			}
		}
	}
	table.complete();
	findings.push(...standingOut(table), ...searched);
	findings.sort((a, b) => a.row - b.row);
	const counts = new Map<FindingCode, number>();
	for (const { code } of findings) {
		add(counts, code);
	}
	return { formats, counts, findings };
}

/** What only the whole file shows, but for duplicates, which name the row that they repeat. */
function standingOut(table: ScanTable): RowFinding[] {
	const found: RowFinding[] = [];
	for (let row = 0; row < table.count; row++) {
		for (const code of codesOf(table.findingsOf(row) & fileWideBits)) {
			if (code !== 'duplicateRow') {
				const detail = table.detailOf(row, code);
				found.push(rowFinding(row + 1, { code, ...(detail === undefined ? {} : { detail }) }));
			}
		}
	}
	return found;
}

/** One a row: of several that it is near to, the most similar one comes first and is named. */
function nearFindings(near: NearDuplicatesReport | undefined): RowFinding[] {
	const nearest = new Map((near?.pairs ?? []).toReversed().map(pair => [pair.row, pair]));
	return [...nearest.values()].map(pair =>
		rowFinding(pair.row, { code: 'nearDuplicate', detail: nearDetail(pair) }),
	);
}

function overlapFindings(overlap: ContaminationReport | undefined): RowFinding[] {
	return (overlap?.matches ?? []).map(({ row, of }) =>
		rowFinding(row, { code: 'promptInOtherSet', detail: placeText(of) }),
	);
}

function rowFinding(row: number, finding: Finding): RowFinding {
	return {
		row,
		code: finding.code,
		severity: severityOf(finding.code),
		...(finding.message === undefined ? {} : { message: finding.message + 1 }),
		sentence: sentenceFor(finding),
	};
}

function add<K>(counts: Map<K, number>, key: K): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted<K extends string>(counts: Map<K, number>): Partial<Record<K, number>> {
	return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)) as Partial<
		Record<K, number>
	>;
}
