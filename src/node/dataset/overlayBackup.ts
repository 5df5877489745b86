import { isUtf8 } from 'node:buffer';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OverlayState } from '../../core/dataset/overlay';
import type { DatasetFile } from './datasetFile';
import { sameFingerprint, type Fingerprint } from './fingerprint';

/** A row as text, so that people can read it, or in base 64 where its bytes are no UTF-8. */
type Packed = string | { readonly base64: string };

interface Backup {
	readonly version: 1;
	/** The file that the edits lie over. */
	readonly fingerprint: Fingerprint | undefined;
	readonly overlay: Omit<OverlayState, 'contents'> & {
		readonly contents: readonly { id: number; bytes: Packed; original?: Packed }[];
	};
}

export function packState(state: {
	readonly fingerprint: Fingerprint | undefined;
	readonly overlay: OverlayState;
}): string {
	const contents = state.overlay.contents.map(({ id, bytes, original }) => ({
		id,
		bytes: pack(bytes),
		...(original ? { original: pack(original) } : {}),
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
		bytes: unpack(bytes),
		...(original === undefined ? {} : { original: unpack(original) }),
	}));
	return ok({ ...backup.overlay, contents });
}

function pack(bytes: Uint8Array): Packed {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return isUtf8(buffer) ? buffer.toString('utf8') : { base64: buffer.toString('base64') };
}

function unpack(packed: Packed): Uint8Array {
	return Uint8Array.from(
		typeof packed === 'string' ? Buffer.from(packed) : Buffer.from(packed.base64, 'base64'),
	);
}
