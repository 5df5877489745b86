import { mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { RunSpec } from '../../core/contract/runFiles.generated';
import type { OperationOptions } from '../../core/hosts/host';
import { formatModelRef } from '../../core/training/modelRef';
import { appendPlain, isPlainFile, isPlainFolder, plainSize } from './plainFiles';
import type { PreparedHost } from './preparedHost';
import { comparisonRecord, createComparison, type ComparisonRecord } from './responseMirror';

const answerFile =
	/^responses\/((?:[A-Za-z0-9_-]|%[0-9A-F]{2})(?:[A-Za-z0-9._-]|%[0-9A-F]{2})*)\.jsonl$/;
const stepLabel = /^step (\d{1,15})\b/;

/**
 * Makes the comparison that the answers of a training's checkpoints go to, without a lane yet;
 * nothing where the training answers no prompts.
 *
 * @param prompts file of this machine with the prompt set
 */
export function createAnswers(
	comparisons: string,
	spec: RunSpec,
	hostName: string,
	prompts: string | undefined,
): Result<{ readonly comparison?: string }> {
	const answers = spec.train?.afterCheckpoint?.answers;
	if (answers === undefined || prompts === undefined) {
		return ok({});
	}
	const comparison = join(comparisons, spec.id);
	const record = comparisonRecord(
		{
			id: spec.id,
			name: `${spec.name}, by checkpoint`,
			createdAt: spec.createdAt,
			sampling: answers.sampling ?? {},
			promptsPath: answers.prompts.source ?? prompts,
		},
		[],
		{ runId: spec.id, hostName },
	);
	const created = createComparison(comparison, record, prompts);
	return created.ok ? ok({ comparison }) : created;
}

/** The same with the prompts as the host has them, for who has no file of them. */
export async function fetchAnswers(
	comparisons: string,
	spec: RunSpec,
	prepared: PreparedHost,
	options: OperationOptions = {},
): Promise<Result<{ readonly comparison?: string }>> {
	const prompts = spec.train?.afterCheckpoint?.answers?.prompts;
	if (prompts === undefined) {
		return ok({});
	}
	const scratch = await mkdtemp(join(tmpdir(), 'windsock-prompts-'));
	try {
		const path = join(scratch, 'prompts.jsonl');
		const fetched = await prepared.host.download(prompts.path, path, options);
		return fetched.ok ? createAnswers(comparisons, spec, prepared.host.name, path) : fetched;
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

/**
 * The answers of a training's checkpoints on this machine: a comparison whose lanes appear one by
 * one, as the host comes to them. Each file is byte for byte a beginning of the one on the host.
 */
export class CheckpointAnswerMirror {
	readonly #names = new Set<string>();

	constructor(
		private readonly folder: string,
		private readonly runId: string,
	) {
		for (const { file } of this.#record()?.models ?? []) {
			if (answerFile.test(file)) {
				this.#names.add(file);
			}
		}
	}

	/** Offset to go on from, per file of the run folder that is known. */
	offsets(): Record<string, number> {
		return Object.fromEntries([...this.#names].map(name => [name, this.#size(name)]));
	}

	/** Undefined when the file is none of ours, false when the bytes do not start at its end. */
	append(name: string, offset: number, bytes: Uint8Array): boolean | undefined {
		const label = labelOf(name);
		if (label === undefined) {
			return undefined;
		}
		if (offset !== this.#size(name)) {
			return false;
		}
		const responses = join(this.folder, 'responses');
		mkdirSync(responses, { recursive: true });
		if (!isPlainFolder(responses)) {
			throw new Error(`${responses} leads elsewhere`);
		}
		appendPlain(join(this.folder, name), bytes);
		if (!this.#names.has(name)) {
			this.#names.add(name);
			this.#addLane(name, label);
		}
		return true;
	}

	reset(name: string): void {
		if (labelOf(name) !== undefined && this.#size(name) > 0) {
			truncateSync(join(this.folder, name), 0);
		}
	}

	#size(name: string): number {
		return plainSize(join(this.folder, name));
	}

	/** Lanes stand in the order of their steps, whatever came first. */
	#addLane(file: string, label: string): void {
		const record = this.#record();
		if (record === undefined || record.models.some(model => model.file === file)) {
			return;
		}
		const step = stepOf(label);
		const ref = step === undefined ? label : formatModelRef({ kind: 'run', run: this.runId, step });
		const models = [...record.models, { label, ref, file }].sort(
			(a, b) => (stepOf(a.label) ?? 0) - (stepOf(b.label) ?? 0) || (a.label < b.label ? -1 : 1),
		);
		const path = join(this.folder, 'comparison.json');
		writeFileSync(`${path}.new`, `${JSON.stringify({ ...record, models }, undefined, '\t')}\n`);
		renameSync(`${path}.new`, path);
	}

	#record(): ComparisonRecord | undefined {
		const path = join(this.folder, 'comparison.json');
		try {
			const record: unknown = isPlainFile(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
			return isRecord(record) ? record : undefined;
		} catch {
			// Somebody has broken or removed it; the answers are kept all the same.
			return undefined;
		}
	}
}

function isRecord(value: unknown): value is ComparisonRecord {
	const models: unknown =
		typeof value === 'object' && value !== null ? Reflect.get(value, 'models') : undefined;
	return (
		Array.isArray(models) &&
		models.every(model => typeof Reflect.get(Object(model), 'file') === 'string')
	);
}

/** The label that a file name stands for; undefined for what is no file of answers. */
function labelOf(name: string): string | undefined {
	const encoded = answerFile.exec(name)?.[1];
	try {
		return encoded === undefined ? undefined : decodeURIComponent(encoded);
	} catch {
		return undefined;
	}
}

function stepOf(label: string): number | undefined {
	const step = stepLabel.exec(label)?.[1];
	return step === undefined ? undefined : Number(step);
}
