import { randomBytes } from 'node:crypto';
import {
	closeSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	renameSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseExit, parseSpec, parseState, parseStatus } from '../../core/contract/parseRunFiles';
import type { RunExit, RunSpec, RunState, RunStatus } from '../../core/contract/runFiles.generated';
import { appendPlain, isPlainFile, plainSize } from './plainFiles';

/** What a mirror knows besides the run's own files. */
export interface MirrorHeader {
	readonly hostName: string;
	/** The run folder on its host, absolute. */
	readonly runDir: string;
	/** Generate runs: where the answers go on this machine. */
	readonly comparison?: string;
}

const archivedFile = 'archived.txt';
const logKept = 1024 * 1024;

/**
 * The small files of one run on this machine: `.windsock/runs/<id>/`. `metrics.jsonl` is byte for
 * byte a beginning of the file on the host, so its size is the offset to go on from. The log keeps
 * its end only; the offset of its first byte is part of its name (`log.<offset>.txt`).
 *
 * Writes are small, synchronous and in order, so a killed process leaves a usable folder.
 */
export class MirrorFolder {
	constructor(
		readonly path: string,
		readonly spec: RunSpec,
		readonly header: MirrorHeader,
		/** The spec says a newer major version. */
		readonly readOnly: boolean,
	) {}

	/** Writes the spec last: a folder without one is not a run. */
	static create(runsFolder: string, spec: RunSpec, header: MirrorHeader): MirrorFolder {
		const path = join(runsFolder, spec.id);
		mkdirSync(path, { recursive: true });
		writeWhole(join(path, 'mirror.json'), `${JSON.stringify(header, undefined, '\t')}\n`);
		writeWhole(join(path, 'spec.json'), `${JSON.stringify(spec, undefined, '\t')}\n`);
		return new MirrorFolder(path, spec, header, false);
	}

	/** Undefined when the folder holds no run. */
	static open(path: string): MirrorFolder | undefined {
		const spec = parseSpec(readText(join(path, 'spec.json')));
		const header = parseHeader(readText(join(path, 'mirror.json')));
		return spec === undefined || header === undefined
			? undefined
			: new MirrorFolder(path, spec.value, header, spec.readOnly);
	}

	/** False when somebody removed it. */
	get exists(): boolean {
		return isPlainFile(join(this.path, 'spec.json'));
	}

	get state(): RunState | undefined {
		return parseState(readText(join(this.path, 'state.json')))?.value;
	}

	get status(): RunStatus | undefined {
		return parseStatus(readText(join(this.path, 'status.json')))?.value;
	}

	get exit(): RunExit | undefined {
		return parseExit(readText(join(this.path, 'exit.json')))?.value;
	}

	/** When its big files went; a mark of this machine alone. */
	get archivedAt(): string | undefined {
		const text = readText(join(this.path, archivedFile)).trim();
		return Number.isNaN(Date.parse(text)) ? undefined : text;
	}

	setArchived(at: string | undefined): void {
		if (at === undefined) {
			rmSync(join(this.path, archivedFile), { force: true });
		} else {
			this.writeRecord(archivedFile, `${at}\n`);
		}
	}

	get metricsSize(): number {
		return plainSize(this.#metrics);
	}

	/** The bytes behind `from`, at most so many. */
	readMetrics(from = 0, most = Infinity): Uint8Array {
		const bytes = Buffer.alloc(Math.min(most, Math.max(0, this.metricsSize - from)));
		if (bytes.length === 0) {
			return bytes;
		}
		const file = openSync(this.#metrics, 'r');
		try {
			return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
		} finally {
			closeSync(file);
		}
	}

	/** Bytes that do not start where the mirror ends are refused: a gap or a duplicate. */
	appendMetrics(offset: number, bytes: Uint8Array): boolean {
		if (offset !== this.metricsSize) {
			return false;
		}
		appendPlain(this.#metrics, bytes);
		return true;
	}

	/** The file on the host began anew. */
	resetMetrics(): void {
		if (this.metricsSize > 0) {
			truncateSync(this.#metrics, 0);
		}
	}

	/** Offset on the host that the mirrored end of the log goes up to. */
	get logEnd(): number {
		const { start, path } = this.#log();
		return start + plainSize(path);
	}

	readLog(): Uint8Array {
		return readBytes(this.#log().path).subarray(-logKept);
	}

	/** Takes a piece of the log; a piece further on than the mirror's end drops what was before. */
	appendLog(offset: number, bytes: Uint8Array): boolean {
		const { start, path } = this.#log();
		const size = plainSize(path);
		if (offset < start + size) {
			return false;
		}
		if (offset > start + size) {
			this.#replaceLog(offset, bytes);
		} else if (size + bytes.length > 2 * logKept) {
			const kept = Buffer.concat([readBytes(path), bytes]).subarray(-logKept);
			this.#replaceLog(offset + bytes.length - kept.length, kept);
		} else {
			appendPlain(path, bytes);
		}
		return true;
	}

	resetLog(): void {
		this.#replaceLog(0, new Uint8Array());
	}

	/** Replaces one of the small files as a whole. */
	writeRecord(name: string, text: string): void {
		writeWhole(join(this.path, name), text);
	}

	readRecord(name: string): string {
		return readText(join(this.path, name));
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true });
	}

	get #metrics(): string {
		return join(this.path, 'metrics.jsonl');
	}

	#log(): { start: number; path: string } {
		let start = 0;
		for (const name of namesIn(this.path)) {
			const found = /^log\.(\d+)\.txt$/.exec(name)?.[1];
			start = Math.max(start, found === undefined ? 0 : Number(found));
		}
		return { start, path: join(this.path, `log.${start}.txt`) };
	}

	#replaceLog(start: number, bytes: Uint8Array): void {
		const before = namesIn(this.path).filter(name => /^log\.\d+\.txt$/.test(name));
		const name = `log.${start}.txt`;
		writeWhole(join(this.path, name), bytes);
		for (const old of before) {
			if (old !== name) {
				rmSync(join(this.path, old), { force: true });
			}
		}
	}
}

function parseHeader(text: string): MirrorHeader | undefined {
	try {
		const value = JSON.parse(text) as Partial<Record<keyof MirrorHeader, unknown>> | null;
		const isHeader =
			typeof value?.hostName === 'string' &&
			typeof value.runDir === 'string' &&
			(value.comparison === undefined || typeof value.comparison === 'string');
		return isHeader ? (value as MirrorHeader) : undefined;
	} catch {
		return undefined;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function readBytes(path: string): Uint8Array {
	try {
		return isPlainFile(path) ? readFileSync(path) : new Uint8Array();
	} catch (error) {
		if (isMissing(error)) {
			return new Uint8Array();
		}
		throw error;
	}
}

/** Empty when the file is missing. */
function readText(path: string): string {
	return Buffer.from(readBytes(path)).toString('utf8');
}

/** Empty when somebody removed the folder. */
function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (isMissing(error)) {
			return [];
		}
		throw error;
	}
}

function writeWhole(path: string, content: string | Uint8Array): void {
	const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
	writeFileSync(temporary, content, { flag: 'wx' });
	renameSync(temporary, path);
}
