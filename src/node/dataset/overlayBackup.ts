import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OverlayState } from '../../core/dataset/overlay';
import type { DatasetFile } from './datasetFile';
import { sameFingerprint, type Fingerprint } from './fingerprint';

interface Backup {
	readonly version: 1;
	/** The file that the edits lie over. */
	readonly fingerprint: Fingerprint | undefined;
	readonly overlay: Omit<OverlayState, 'contents'> & {
		/** Bytes in base 64: a row may hold bytes that are no UTF-8. */
		readonly contents: readonly { id: number; bytes: string; original?: string }[];
	};
}

export function packState(state: {
	readonly fingerprint: Fingerprint | undefined;
	readonly overlay: OverlayState;
}): string {
	const contents = state.overlay.contents.map(({ id, bytes, original }) => ({
		id,
		bytes: toBase64(bytes),
		...(original ? { original: toBase64(original) } : {}),
	}));
	const backup: Backup = {
		version: 1,
		fingerprint: state.fingerprint,
		overlay: { ...state.overlay, contents },
	};
	return JSON.stringify(backup);
}

/** The edits of a backup, if they were made on the very file that is open now. */
export function unpackState(text: string, file: DatasetFile): Result<OverlayState> {
	const { path, fingerprint } = file;
	let backup: Backup;
	try {
		backup = JSON.parse(text) as Backup;
	} catch (error) {
		const reason = `the backup of its unsaved edits is damaged: ${reasonOf(error)}`;
		return err(new WindsockError('fileUnreadable', { path, reason }));
	}
	if (
		backup.version !== 1 ||
		!backup.fingerprint ||
		!fingerprint ||
		!sameFingerprint(backup.fingerprint, fingerprint)
	) {
		return err(new WindsockError('fileChanged', { path }));
	}
	const contents = backup.overlay.contents.map(({ id, bytes, original }) => ({
		id,
		bytes: fromBase64(bytes),
		...(original === undefined ? {} : { original: fromBase64(original) }),
	}));
	return ok({ ...backup.overlay, contents });
}

function toBase64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function fromBase64(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, 'base64'));
}
