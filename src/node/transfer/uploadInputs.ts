import { open } from 'node:fs/promises';
import { WindsockError } from '../../core/base/errors';
import { ok, type Result } from '../../core/base/result';
import { TransferProgress } from '../../core/hosts/transferProgress';
import type { Progress } from '../../core/training/launchRequest';
import type { PreparedHost } from '../runs/preparedHost';
import type { CodeTree } from './codeTree';
import { fileContent, sendContent } from './sendContent';
import { missingOfTree, sendTree } from './sendTree';
import { TransferSession } from './transferSession';

/** Milliseconds between two words to people. */
const pace = 250;

/** A file of this machine that a run reads. */
export interface InputFile {
	readonly path: string;
	/** Name in the store: its SHA-256, with a suffix. */
	readonly name: string;
	readonly size: number;
	/** What people call it. */
	readonly label: string;
}

export interface Inputs {
	readonly files: readonly InputFile[];
	readonly code?: CodeTree;
	/** Names in the store that the host has already and that the run reads, too. */
	readonly there?: readonly string[];
	/** The run that is going to need them: while its folder is there, they stay. */
	readonly run: { readonly id: string; readonly name: string; readonly root: string };
}

/** What went over the network: nothing for what the host had. */
export interface Uploaded {
	readonly fileBytes: number;
}

/**
 * Brings everything that a run reads into the host's store. Refuses with `noSpace` before the first
 * byte of a file. A broken link is mended and gone on after; a cancelled upload leaves what arrived,
 * to be gone on with.
 */
export async function uploadInputs(
	prepared: PreparedHost,
	inputs: Inputs,
	progress: Progress,
	signal?: AbortSignal,
): Promise<Result<Uploaded>> {
	const { files, code, run } = inputs;
	const contents = files.map(({ name, size }) => [name, size]);
	const names = [...files.map(({ name }) => name), ...(inputs.there ?? [])];
	if (code !== undefined) {
		names.push(`${code.sha256}.tree`);
	}
	const meter = new SendingMeter(progress);
	const done = await TransferSession.use(prepared, signal, async (session, moved) => {
		// The host answers in order, so nothing waits for this answer alone.
		const used = session.ask('', { use: { names, run } });
		used.catch(() => undefined);
		const missing = code === undefined ? [] : await missingOfTree(session, code);
		const codeBytes = missing.reduce((sum, { size }) => sum + size, 0);
		const room = { bytes: codeBytes, files: missing.length, contents };
		const asked = await session.ask('', { room });
		await used;
		meter.begin(Number(asked.done['bytes']));
		if (code !== undefined) {
			const onProgress = meter.of('the code', moved);
			onProgress(0);
			await sendTree(session, code, missing, { onProgress, signal });
		}
		for (const file of files) {
			await sendFile(session, file, meter.of(file.label, moved), signal);
		}
	});
	return done.ok ? ok({ fileBytes: meter.sent }) : done;
}

/** Adds up what several files send and says so, not too often. */
class SendingMeter {
	#progress = new TransferProgress(0, 0, () => performance.now());
	#told = -pace;
	sent = 0;

	constructor(private readonly people: Progress) {}

	/** A try begins; what earlier ones sent stays done. */
	begin(left: number): void {
		this.#progress = new TransferProgress(this.sent + left, this.sent, () => performance.now());
	}

	/** Counts for one file, told by the bytes of it that are on the host. */
	of(label: string, moved: () => void): (there: number) => void {
		let last: number | undefined;
		return there => {
			// What was there already is not sent.
			const more = there - (last ?? there);
			const isFirst = last === undefined;
			last = there;
			this.sent += more;
			this.#progress.update(this.sent);
			if (more > 0) {
				moved();
			}
			const now = performance.now();
			if (isFirst || now - this.#told >= pace || this.#progress.fraction === 1) {
				this.#told = now;
				this.people.report(
					`Sending ${label}`,
					this.#progress.fraction,
					this.#progress.total === 0 ? 'there already' : this.#progress.detail,
				);
			}
		};
	}
}

async function sendFile(
	session: TransferSession,
	{ path, name, size, label }: InputFile,
	onProgress: (there: number) => void,
	signal: AbortSignal | undefined,
): Promise<void> {
	const file = await open(path, 'r').catch((error: unknown) => {
		throw new WindsockError('fileUnreadable', { path }, { cause: error });
	});
	try {
		await sendContent(session, fileContent(file, { name, size, label }), { onProgress, signal });
	} finally {
		await file.close();
	}
}
