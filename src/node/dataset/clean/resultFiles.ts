import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { WindsockError } from '../../../core/base/errors';
import type { StepAccount } from '../../../core/dataset/clean/accounting';
import { writeAtomically } from '../atomicWrite';
import { locateDataset } from '../locateDataset';
import { RowWriter } from './rowWriter';
import type { NotApplied } from './compileSteps';

/** One file that a step of data work wrote, or would write. */
export interface WrittenFile {
	readonly path: string;
	readonly rows: number;
	readonly sha256: string;
}

/**
 * Writes several files so that all of them are whole or none is touched by a failure before the
 * last one is complete. Throws a WindsockError.
 *
 * @param fill gets a writer per path; without paths to write to, as in a trial, they only count
 */
export async function writeRows(
	paths: readonly string[],
	options: { readonly isTrial: boolean; readonly lineEnd: Uint8Array },
	fill: (writers: readonly RowWriter[]) => Promise<void>,
): Promise<WrittenFile[]> {
	const writers: RowWriter[] = [];
	const finish = async (): Promise<void> => {
		await fill(writers);
		await Promise.all(writers.map(writer => writer.flush()));
	};
	if (options.isTrial) {
		writers.push(...paths.map(() => new RowWriter(undefined, options.lineEnd)));
		await finish();
	} else {
		const open = async (at: number): Promise<void> => {
			const path = paths[at];
			if (path === undefined) {
				return finish();
			}
			const written = await writeAtomically(path, file => {
				writers.push(new RowWriter(file, options.lineEnd));
				return open(at + 1);
			});
			if (!written.ok) {
				throw written.error;
			}
		};
		await open(0);
	}
	return writers.map((writer, i) => ({
		path: paths[i] ?? '',
		rows: writer.rows,
		sha256: writer.digest(),
	}));
}

export function lineagePath(out: string): string {
	return `${out}.lineage.json`;
}

/** Where a dataset comes from. Holds no time and no machine's paths: the same work, the same bytes. */
export interface Lineage {
	/** Version of Windsock. */
	readonly windsock: string;
	readonly work: 'clean' | 'split' | 'binarize' | 'convert';
	readonly sources: readonly {
		readonly path: string;
		readonly sha256: string;
		readonly rows: number;
	}[];
	readonly options: Readonly<Record<string, unknown>>;
	readonly steps: readonly StepAccount[];
	readonly notApplied?: readonly NotApplied[];
	readonly out: WrittenFile;
	/** Side of a split that the file is. */
	readonly split?: 'train' | 'test';
}

/** Writes the lineage beside its dataset. Throws a WindsockError. */
export async function writeLineage(lineage: Lineage): Promise<void> {
	const { path } = lineage.out;
	const text = JSON.stringify(
		{ ...lineage, out: { ...lineage.out, path: basename(path) } },
		null,
		2,
	);
	const written = await writeAtomically(lineagePath(path), file => file.appendFile(`${text}\n`));
	if (!written.ok) {
		throw written.error;
	}
}

/** Refuses to write over what is read, also by another name of it or as a file of a folder that is. */
export async function checkTargets(
	targets: readonly string[],
	sources: readonly string[],
): Promise<void> {
	const read: string[] = [];
	for (const source of sources) {
		// A glob is no place of its own: its files are.
		const located = await locateDataset(source);
		read.push(source, ...(located.ok ? located.value : []));
	}
	for (const target of targets) {
		for (const source of read) {
			if (target === source || (await isWithin(target, source))) {
				const reason = 'it is also what is read; give another name to write to';
				throw new WindsockError('fileUnwritable', { path: target, reason });
			}
		}
	}
}

/** Whether a file that is there is the source, or stands in it. */
async function isWithin(target: string, source: string): Promise<boolean> {
	const identity = await identityOf(source);
	const file = identity && (await realpath(target).catch(() => undefined));
	if (file === undefined) {
		return false;
	}
	for (let at = file; ; at = dirname(at)) {
		if ((await identityOf(at)) === identity) {
			return true;
		}
		if (dirname(at) === at) {
			return false;
		}
	}
}

/** The same for all names of a file; `undefined` where there is none, as for a dataset elsewhere. */
async function identityOf(path: string): Promise<string | undefined> {
	const found = await stat(path, { bigint: true }).catch(() => undefined);
	return found && `${found.dev}:${found.ino}`;
}
