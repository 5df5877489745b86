import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { OperationOptions } from '../../core/hosts/host';
import { callPackage, type PreparedHost } from '../runs/preparedHost';

const kinds = ['input', 'code', 'partial', 'reference'] as const;

/** Something in a host's store that no run names any more. */
export interface SweptItem {
	/**
	 * `input`: a dataset; `code`: a project; `partial`: an upload that nobody went on with;
	 * `reference`: log-probabilities that no run has used for a month.
	 */
	readonly kind: (typeof kinds)[number];
	/** Name in the store; empty for files that no project names. */
	readonly name: string;
	readonly files: number;
	readonly bytes: number;
	/** Seconds since it was last asked for, by the host's clock. */
	readonly secondsUnused: number;
	/** Runs that once asked for it; their folders are gone. */
	readonly runs: readonly { readonly id: string; readonly name: string }[];
}

export interface StoreSweep {
	/** The largest first. */
	readonly items: readonly SweptItem[];
	readonly bytes: number;
	readonly keptBytes: number;
	readonly removed: boolean;
}

/** Looks what of the store could go, and removes it if asked to. */
export async function sweepStore(
	prepared: PreparedHost,
	remove: boolean,
	options: OperationOptions = {},
): Promise<Result<StoreSweep>> {
	const { store, runs } = prepared.layout;
	const words = ['gc', '--store', store, '--runs', runs, ...(remove ? ['--remove'] : [])];
	const answer = await callPackage(prepared, words, options);
	if (!answer.ok) {
		return answer;
	}
	const sweep = sweepFrom(answer.value);
	const reason = 'gc gave no list';
	return sweep === undefined
		? err(new WindsockError('remoteCommandFailed', { host: prepared.host.name, reason }))
		: ok(sweep);
}

function sweepFrom(value: unknown): StoreSweep | undefined {
	const { items, bytes, keptBytes, removed } = (value ?? {}) as Readonly<Record<string, unknown>>;
	return Array.isArray(items) && typeof bytes === 'number' && typeof keptBytes === 'number'
		? { items: (items as unknown[]).map(itemFrom), bytes, keptBytes, removed: removed === true }
		: undefined;
}

function itemFrom(value: unknown): SweptItem {
	const item = (value ?? {}) as Readonly<Record<string, unknown>>;
	const number = (key: string): number => Number(item[key]) || 0;
	const { kind, runs } = item;
	return {
		kind: kinds.find(known => known === kind) ?? 'input',
		name: String(item['name'] ?? ''),
		files: number('files'),
		bytes: number('bytes'),
		secondsUnused: number('secondsUnused'),
		runs: (Array.isArray(runs) ? (runs as Readonly<Record<string, unknown>>[]) : []).map(run => ({
			id: String(run['id'] ?? ''),
			name: String(run['name'] ?? ''),
		})),
	};
}
