import type { OperationOptions } from '../../../core/hosts/host';
import type { Result } from '../../../core/base/result';

export interface PlaceStat {
	readonly kind: 'file' | 'directory' | 'other';
	readonly size: number;
	/** Seconds by the clock of that machine: to be compared only with itself. */
	readonly modified: number;
}

export interface PlaceEntry extends PlaceStat {
	readonly name: string;
	readonly isLink: boolean;
}

/** A machine whose files hold metrics. Paths are as that machine writes them, and absolute. */
export interface MetricPlace {
	/** The host's name; undefined for this machine. */
	readonly host?: string;
	join(folder: string, ...names: readonly string[]): string;
	list(folder: string, options?: OperationOptions): Promise<Result<readonly PlaceEntry[]>>;
	/** `undefined` when nothing is there. Follows links. */
	stat(path: string, options?: OperationOptions): Promise<Result<PlaceStat | undefined>>;
	/** Bytes from `start` up to `length`; fewer at the end of the file. */
	read(
		path: string,
		start: number,
		length: number,
		options?: OperationOptions,
	): Promise<Result<Uint8Array>>;
	/** Puts a whole file into a local one. */
	copy(path: string, to: string, options?: OperationOptions): Promise<Result<void>>;
}
