import { ok, type Result } from '../../core/base/result';
import { locationIn } from '../../node/dataset/datasetLocation';
import { inspectDataset, type RowFinding } from '../../node/dataset/inspectDataset';
import { table, type Answer, type Output } from '../output';

/** Rows named per kind of finding without `--json`. */
const rowsShown = 8;

export interface InspectCommandOptions {
	readonly nearDuplicates?: boolean;
	readonly threshold: number;
	readonly against?: readonly string[];
	readonly contamination?: readonly string[];
	readonly ngram: number;
	readonly share: number;
}

export async function inspect(
	file: string,
	options: InspectCommandOptions,
	{ output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<Result<Answer>> {
	const { threshold, against = [], contamination: sets, ngram, share } = options;
	const isNear = options.nearDuplicates === true || against.length > 0;
	const inspected = await inspectDataset(here(file), {
		signal,
		progress: output.progress,
		...(isNear ? { near: { threshold, against: against.map(here) } } : {}),
		...(sets ? { contamination: { sets: sets.map(here), rule: { ngram, share } } } : {}),
	});
	if (!inspected.ok) {
		return inspected;
	}
	const { path, container, bytes, rows, formats, findings, fault } = inspected.value;
	const named = Object.entries(formats).map(([format, count]) => `${format} ${count}`);
	const errors = findings.filter(finding => finding.severity === 'error').length;
	const text = [
		`${path}: ${container}, ${bytes} bytes, ${rows} rows\n`,
		named.length === 0 ? '' : `formats: ${named.join(', ')}\n`,
		fault === undefined ? '' : `${fault}\n`,
		`findings: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}\n`,
		table(findingsByKind(findings)),
	].join('');
	const exitCode = errors > 0 || fault !== undefined ? 1 : 0;
	return ok({ json: { dataset: inspected.value }, text, exitCode });
}

function here(named: string): string {
	return locationIn(process.cwd(), named);
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One line per kind, errors first, with the first rows and the first sentence. */
function findingsByKind(findings: readonly RowFinding[]): string[][] {
	const kinds = new Map<string, RowFinding[]>();
	for (const finding of findings) {
		const kind = kinds.get(finding.code);
		if (kind === undefined) {
			kinds.set(finding.code, [finding]);
		} else {
			kind.push(finding);
		}
	}
	const errorsFirst = [...kinds.values()].sort(
		(a, b) => Number(b[0]?.severity === 'error') - Number(a[0]?.severity === 'error'),
	);
	return errorsFirst.map(found => {
		const rows = found.slice(0, rowsShown).map(finding => finding.row);
		const more = found.length > rowsShown ? ' …' : '';
		const first = found[0];
		const named = `rows ${rows.join(', ')}${more}`;
		return [
			first?.severity ?? '',
			first?.code ?? '',
			String(found.length),
			named,
			first?.sentence ?? '',
		];
	});
}
