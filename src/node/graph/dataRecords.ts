import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { writeAtomically } from '../dataset/atomicWrite';
import { lineagePath } from '../dataset/clean/resultFiles';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';

/** What became of a piece of data work of a graph, on this machine. */
export interface DataRecord {
	readonly inputs: string;
	readonly state: 'finished' | 'failed';
	readonly message: string;
	/** SHA-256 of what was written, in the order of the pipeline’s files. The folder may be moved. */
	readonly outs: readonly string[];
}

/** `.windsock/graphs/<graph>/<stage>.json`. Names of graphs and stages can stand in names of files. */
export class DataRecords {
	constructor(private readonly folder: Pick<WorkspaceFolder, 'root'>) {}

	folderOf(graphId: string): string {
		return join(this.folder.root, '.windsock', 'graphs', graphId);
	}

	/** Undefined where nothing is on record, or nothing that can be read. */
	async read(graphId: string, stage: string): Promise<DataRecord | undefined> {
		try {
			const text = await readFile(this.#path(graphId, stage), 'utf8');
			const record = JSON.parse(text) as Partial<Record<keyof DataRecord, unknown>> | null;
			const isRecord =
				typeof record?.inputs === 'string' &&
				(record.state === 'finished' || record.state === 'failed') &&
				typeof record.message === 'string' &&
				Array.isArray(record.outs);
			return isRecord ? (record as DataRecord) : undefined;
		} catch {
			return undefined;
		}
	}

	async write(graphId: string, stage: string, record: DataRecord): Promise<Result<void>> {
		const path = this.#path(graphId, stage);
		try {
			await mkdir(dirname(path), { recursive: true });
		} catch (error) {
			const details = { path, reason: reasonOf(error) };
			return err(new WindsockError('fileUnwritable', details, { cause: error }));
		}
		const written = await writeAtomically(path, file =>
			file.appendFile(`${JSON.stringify(record, undefined, '\t')}\n`),
		);
		return written.ok ? ok() : written;
	}

	async remove(graphId: string, stage: string): Promise<void> {
		await rm(this.#path(graphId, stage), { force: true });
	}

	#path(graphId: string, stage: string): string {
		return join(this.folderOf(graphId), `${stage}.json`);
	}
}

/** Whether a file is as some data work of Windsock's wrote it, by the lineage beside it. */
export async function isAsWritten(path: string, sha256: string): Promise<boolean> {
	if (!existsSync(lineagePath(path))) {
		return false;
	}
	try {
		const lineage = JSON.parse(await readFile(lineagePath(path), 'utf8')) as {
			readonly out?: { readonly sha256?: unknown };
		} | null;
		return lineage?.out?.sha256 === sha256;
	} catch {
		return false;
	}
}
