import {
	copyFileSync,
	existsSync,
	mkdirSync,
	renameSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { responseFileName } from '../../core/contract/responseFileName';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import { appendPlain, isPlainFolder, plainSize } from './plainFiles';

/** `comparison.json`: what stands beside each other, and where it came from. */
export interface ComparisonRecord {
	readonly schemaVersion: 1;
	/** That of the run, when there is one. */
	readonly id: string;
	/** Run that fills it; endpoints answer without one. */
	readonly runId?: string;
	readonly name: string;
	readonly createdAt: string;
	readonly hostName?: string;
	/** Prompt set on the machine that launched, for people; its copy is `prompts.jsonl`. */
	readonly promptsPath: string;
	readonly models: readonly {
		readonly label: string;
		readonly ref: string;
		readonly file: string;
	}[];
	readonly sampling: Readonly<Record<string, unknown>>;
}

export function comparisonRecord(
	about: {
		readonly id: string;
		readonly name: string;
		readonly createdAt: string;
		readonly promptsPath: string;
		readonly sampling: Readonly<Record<string, unknown>>;
	},
	models: readonly { readonly label: string; readonly ref: string }[],
	run?: { readonly runId: string; readonly hostName: string },
): ComparisonRecord {
	return {
		schemaVersion: 1,
		...about,
		...run,
		models: models.map(({ label, ref }) => ({
			label,
			ref,
			file: `responses/${responseFileName(label)}`,
		})),
	};
}

/** Makes the folder of a comparison before its first answer is there. Never into another one's. */
export function createComparison(
	folder: string,
	record: ComparisonRecord,
	prompts: string,
): Result<void> {
	const taken = ['comparison.json', ...record.models.map(model => model.file)].find(name =>
		existsSync(join(folder, name)),
	);
	if (taken !== undefined) {
		const reason = `it already holds ${taken}; choose another folder`;
		return err(new WindsockError('fileUnwritable', { path: folder, reason }));
	}
	try {
		mkdirSync(join(folder, 'responses'), { recursive: true });
		copyFileSync(prompts, join(folder, 'prompts.jsonl'));
		// Last, and never half: other windows take a folder up as soon as it has this file.
		const path = join(folder, 'comparison.json');
		writeFileSync(`${path}.new`, `${JSON.stringify(record, undefined, '\t')}\n`);
		renameSync(`${path}.new`, path);
		return ok();
	} catch (error) {
		const details = { path: folder, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
}

/**
 * The answers of a generate run on this machine. Each file is byte for byte a beginning of the one
 * on the host, so its size is the offset to go on from.
 */
export class ResponseMirror {
	readonly #folder: string;
	readonly #files: ReadonlySet<string>;

	constructor(folder: string, spec: RunSpec) {
		this.#folder = folder;
		const models = spec.generate?.models ?? [];
		this.#files = new Set(models.map(model => `responses/${responseFileName(model.label)}`));
	}

	/** Offset to go on from, per file of the run folder. */
	offsets(): Record<string, number> {
		return Object.fromEntries([...this.#files].map(name => [name, this.#size(name)]));
	}

	/** Undefined when the file is none of ours, false when the bytes do not start at its end. */
	append(name: string, offset: number, bytes: Uint8Array): boolean | undefined {
		if (!this.#files.has(name)) {
			return undefined;
		}
		if (offset !== this.#size(name)) {
			return false;
		}
		const responses = join(this.#folder, 'responses');
		mkdirSync(responses, { recursive: true });
		if (!isPlainFolder(responses)) {
			throw new Error(`${responses} leads elsewhere`);
		}
		appendPlain(join(this.#folder, name), bytes);
		return true;
	}

	reset(name: string): void {
		if (this.#files.has(name) && this.#size(name) > 0) {
			truncateSync(join(this.#folder, name), 0);
		}
	}

	#size(name: string): number {
		return plainSize(join(this.#folder, name));
	}
}
