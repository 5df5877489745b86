import type {
	PreflightFinding,
	PreflightLine,
	PreflightProgress,
	PreflightSummary,
} from '../../contract/runFiles.generated';

export type PreflightSeverity = PreflightFinding['severity'];

/** All that a preflight says of one kind about one dataset, the recipe or the host. */
export interface PreflightKind {
	readonly part: PreflightFinding['part'];
	readonly code: string;
	readonly severity: PreflightSeverity;
	/** Position among the report's datasets. */
	readonly dataset?: number;
	/** Numbers of rows as the user's own file counts them, from 1, ascending; empty for a whole. */
	readonly rows: readonly number[];
	/** What is to say of single rows, by their number. */
	readonly ofRow: ReadonlyMap<number, Values>;
	/** Key of the recipe that it is about. */
	readonly key?: string;
	readonly values: Values;
	/** Keys of the recipe to set; null takes a key out. */
	readonly fix?: Values;
}

export type Values = Readonly<Record<string, unknown>>;

/** A dataset of the recipe as it was checked. */
export interface CheckedDataset {
	readonly split: 'train' | 'eval';
	/** Where the user has it: an absolute path, or an address of the Hub. */
	readonly source: string;
	/** Changes when the file there is written anew; absent for what is no file on this machine. */
	readonly stamp?: string;
	/** SHA-256 of what was sent. */
	readonly sha256: string;
}

export interface PreflightReport {
	readonly hostName: string;
	readonly recipePath: string;
	/** Errors first, then what most rows have. */
	readonly kinds: readonly PreflightKind[];
	readonly datasets: readonly CheckedDataset[];
	/** Absent where the preflight did not come to its end. */
	readonly summary?: PreflightSummary;
	/** Why it did not, as a sentence. */
	readonly failure?: string;
	/** Hash of all that the answer depends on: data, recipe, model, template, host and code. */
	readonly content: string;
}

const rank: Readonly<Record<PreflightSeverity, number>> = { error: 0, warning: 1, info: 2 };
/** A host that says more than this is not heard out. */
const mostKinds = 2000;

/** @returns the row of the user's own file that a line of what was sent came from */
export type RowOfLine = (dataset: number, line: number) => number | undefined;

/** Gathers the lines of a preflight as they come. */
export class PreflightFold {
	readonly #kinds = new Map<string, GrowingKind>();
	#summary: PreflightSummary | undefined;
	#progress: PreflightProgress | undefined;

	constructor(private readonly rowOfLine: RowOfLine) {}

	get summary(): PreflightSummary | undefined {
		return this.#summary;
	}

	get progress(): PreflightProgress | undefined {
		return this.#progress;
	}

	take(line: PreflightLine): void {
		switch (line.line) {
			case 'progress':
				this.#progress = line;
				return;
			case 'summary':
				this.#summary = line;
				return;
			default:
				this.#add(line);
		}
	}

	kinds(): PreflightKind[] {
		return [...this.#kinds.values()].map(kind => kind.finished()).toSorted(inOrder);
	}

	#add(finding: PreflightFinding): void {
		const { part, code, severity, dataset, key, rows, values } = finding;
		// What has no rows is told apart by what it says.
		const own = rows === undefined ? JSON.stringify(values ?? {}) : 'rows';
		const id = JSON.stringify([part, code, severity, dataset, key, own]);
		let kind = this.#kinds.get(id);
		if (kind === undefined) {
			if (this.#kinds.size >= mostKinds) {
				return;
			}
			kind = new GrowingKind(finding);
			this.#kinds.set(id, kind);
		}
		kind.add(finding, line => this.rowOfLine(dataset ?? 0, line));
	}
}

class GrowingKind {
	readonly #rows = new Set<number>();
	readonly #ofRow = new Map<number, Values>();
	#values: Values = {};

	constructor(private readonly first: PreflightFinding) {}

	add(
		{ rows = [], rowValues = [], values = {} }: PreflightFinding,
		rowOf: (line: number) => number | undefined,
	): void {
		this.#values = { ...this.#values, ...values };
		for (const [index, line] of rows.entries()) {
			const row = rowOf(line);
			if (row !== undefined) {
				this.#rows.add(row);
				const own = rowValues[index];
				if (own !== undefined && Object.keys(own).length > 0) {
					this.#ofRow.set(row, own);
				}
			}
		}
	}

	finished(): PreflightKind {
		const { part, code, severity, dataset, key, fix } = this.first;
		return {
			part,
			code,
			severity,
			...(dataset === undefined ? {} : { dataset }),
			rows: [...this.#rows].sort((a, b) => a - b),
			ofRow: this.#ofRow,
			...(key === undefined ? {} : { key }),
			values: this.#values,
			...(fix === undefined ? {} : { fix }),
		};
	}
}

function inOrder(a: PreflightKind, b: PreflightKind): number {
	return (
		rank[a.severity] - rank[b.severity] ||
		b.rows.length - a.rows.length ||
		(a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
	);
}

export function hasErrors({ kinds }: Pick<PreflightReport, 'kinds'>): boolean {
	return kinds.some(({ severity }) => severity === 'error');
}
