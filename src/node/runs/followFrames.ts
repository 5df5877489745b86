import { stateFrom } from '../../core/contract/parseRunFiles';
import type { RunState } from '../../core/contract/runFiles.generated';

/** What `follow` on a host says, one JSON line each. */
export type FollowFrame =
	| { readonly kind: 'alive' }
	| { readonly kind: 'state'; readonly run: string; readonly state: RunState }
	| {
			readonly kind: 'data';
			readonly run: string;
			readonly file: string;
			/** Byte offset of the first byte. */
			readonly offset: number;
			readonly bytes: Uint8Array;
	  }
	/** The file shrank; it starts at 0 again. */
	| { readonly kind: 'truncated'; readonly run: string; readonly file: string }
	| { readonly kind: 'error'; readonly message: string };

const longestMessage = 1000;

/** Undefined for what is no frame or one that this version does not know. */
export function parseFrame(line: string): FollowFrame | undefined {
	let fields: Readonly<Record<string, unknown>>;
	try {
		const value: unknown = JSON.parse(line);
		if (typeof value !== 'object' || value === null) {
			return undefined;
		}
		fields = value as Record<string, unknown>;
	} catch {
		return undefined;
	}
	if (typeof fields['alive'] === 'number') {
		return { kind: 'alive' };
	}
	const { error } = fields;
	if (error !== undefined) {
		const message: unknown =
			typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : error;
		return { kind: 'error', message: String(message).slice(0, longestMessage) };
	}
	const { run, file, offset, data, bytes } = fields;
	if (typeof run !== 'string') {
		return undefined;
	}
	if (fields['state'] !== undefined) {
		const state = stateFrom(fields['state']);
		return state === undefined ? undefined : { kind: 'state', run, state: state.value };
	}
	if (typeof file !== 'string') {
		return undefined;
	}
	if (fields['truncated'] === true) {
		return { kind: 'truncated', run, file };
	}
	if (!Number.isSafeInteger(offset) || Number(offset) < 0 || typeof data !== 'string') {
		return undefined;
	}
	// `bytes` is there when the piece is not valid UTF-8.
	const exact = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(data);
	return { kind: 'data', run, file, offset: Number(offset), bytes: exact };
}
