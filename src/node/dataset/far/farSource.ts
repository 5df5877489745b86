import type { Event } from '../../../core/base/emitter';
import type { Result } from '../../../core/base/result';
import type { ContainerLayout } from '../../../core/dataset/container';
import type { RowRangeBatch } from '../../../core/dataset/rowRanges';
import type { SaveSegment } from '../../../core/dataset/savePlan';
import type { ByteSource } from '../byteSource';
import type { Fingerprint } from '../fingerprint';

/** Whether the machine that holds a file can be reached. Edits are kept whatever it says. */
export type FarState =
	| { readonly kind: 'connected' }
	/** Tried again by itself; `reason` is a sentence. */
	| { readonly kind: 'lost'; readonly reason: string };

/** What is found of rows where the file is: a batch, or the layout at the end. */
export type FarIndexing =
	| { readonly kind: 'rows'; readonly batch: RowRangeBatch; readonly bytesRead: number }
	| { readonly kind: 'end'; readonly layout: ContainerLayout };

/** A file that another machine holds: what must see all of it is done there, or asked for first. */
export interface FarSource extends ByteSource {
	/** As people name it: a host, or the Hub. */
	readonly place: string;
	readonly fingerprint: Fingerprint;
	readonly state: FarState;
	readonly onDidChangeState: Event<FarState>;
	/** Bytes that have come over the network. */
	readonly received: number;
	/** Bytes a second, as lately measured; `undefined` before anything was. */
	readonly speed: number | undefined;
	/** Why its rows cannot be edited, as a sentence. */
	readonly readOnly: string | undefined;
	/** Where it is, if edits of it can be saved only as a file on this machine. */
	readonly saveElsewhere?: string;
	/** Which of its versions it is, in words, where it has several. */
	readonly version?: string;
	/** What a save by renaming takes from the file, each as a phrase. */
	readonly losses: readonly string[];
	/**
	 * Finds the rows of JSON lines where the file is, once; throws when the source is closed
	 * meanwhile. Without it the rows are found in what comes over the network.
	 */
	lines?(): AsyncGenerator<FarIndexing>;
	/** Where the rows of text stand, if that was found before and kept. */
	knownRows?(): Promise<FoundRows | undefined>;
	keepRows?(rows: FoundRows): Promise<void>;
	/** Whether a pass over it takes next to nothing: it is small, or has come already. */
	isHere?(): Promise<boolean>;
	/** A range of a pass over the whole file: not kept. */
	pass(start: number, end: number): Promise<Uint8Array>;
	/** What stands at the path now; `undefined` where nothing does. */
	current(): Promise<Fingerprint | undefined>;
	/**
	 * The file that a save was putting in place when the link broke, so that nobody knows whether it
	 * did. What stands at the path later tells.
	 */
	readonly unanswered?: Fingerprint | undefined;
	/** Puts a new file in the place of this one, in one step. */
	replace(
		segments: readonly SaveSegment[],
		options: { readonly overwrite: boolean },
	): Promise<Result<void>>;
	/** Tries now instead of at the next time. */
	reconnect(): void;
	/** Ends everything that waits, so that nothing holds up closing. */
	interrupt(): void;
}

export function isFar(source: ByteSource): source is FarSource {
	return 'place' in source;
}

/** Where the rows of a text file stand, once it was read to its end. */
export interface FoundRows {
	readonly batch: RowRangeBatch;
	readonly layout: ContainerLayout;
}

/** What a location names at this moment. */
export interface LocatedDataset {
	/** The location in words that will never name anything else, where there are such. */
	readonly location: string;
	/** In the order of their rows. */
	readonly files: readonly string[];
}

/** Where the files of a dataset are when they are not on this machine. */
export interface DatasetPlace {
	locate(location: string): Promise<Result<LocatedDataset>>;
	/** @throws WindsockError */
	open(path: string): Promise<FarSource>;
	/** Asked before all of a file comes over the network only to find its rows. Default: it may. */
	mayReadAll?(source: FarSource): Promise<boolean>;
}
