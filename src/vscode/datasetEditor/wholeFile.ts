import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import type { FarSource } from '../../node/dataset/far/farSource';
import type { DatasetFile } from '../../node/dataset/datasetFile';
import { sizeText } from './readingCost';

const readAll = 'Read All of It';
const notKept = 'Its bytes are read once and not kept here.';
/** Of a place that nothing is read from twice. */
const keptHere =
	'What was read is kept in the cache folder of your user account (at most 4 GiB in all).';
/** Bytes that are read to know how fast the link is. */
const probeSize = 2 << 20;
/** Bytes that come so soon that a question would take longer. */
const unasked = 4 << 20;

/**
 * Asks before all of a far file comes over the network, with how much that is and how long it
 * takes. Whoever has agreed is not asked again while the file is open.
 */
export class WholeFile {
	readonly #agreed = new WeakSet<DatasetFile>();

	/** @param what what it is for, as the rest of “… needs all rows” */
	async mayRead(file: DatasetFile, what: string): Promise<boolean> {
		const { far } = file;
		if (!far || file.isScanned || this.#agreed.has(file) || (await file.isHere())) {
			return true;
		}
		const isAgreed = await ask(far, file.size, `${what} needs all rows`, {
			detail: `The file stays where it is. ${far.isHere ? keptHere : notKept} Findings, filters, search and labels then work as for a file on this machine.`,
		});
		if (isAgreed) {
			this.#agreed.add(file);
		}
		return isAgreed;
	}

	/** Asks before a far file is opened that has to be read to its end for its rows to be known. */
	mayOpen(far: FarSource, name: string): Promise<boolean> {
		return far.size <= unasked
			? Promise.resolve(true)
			: ask(far, far.size, `Opening “${name}” needs all of it`, {
					detail:
						'Rows show as they come. Of JSON lines (.jsonl) and Parquet only the rows in view are read.',
				});
	}
}

async function ask(
	far: FarSource,
	size: number,
	what: string,
	{ detail }: { readonly detail: string },
): Promise<boolean> {
	let speed: number;
	try {
		speed = far.speed ?? (await measure(far));
	} catch (error) {
		void vscode.window.showErrorMessage(
			error instanceof Error && 'code' in error ? messageFor(error as never) : String(error),
		);
		return false;
	}
	const time = `${timeText(size / speed)} at ${sizeText(speed)}/s`;
	const choice = await vscode.window.showInformationMessage(
		`${what}: ${sizeText(size)} from ${far.place}, ${time}.`,
		{ modal: true, detail },
		readAll,
	);
	return choice === readAll;
}

async function measure(far: FarSource): Promise<number> {
	const begun = performance.now();
	const bytes = await far.pass(0, Math.min(far.size, probeSize));
	return bytes.length / Math.max(0.001, (performance.now() - begun) / 1000);
}

/** About how long, in words that do not claim to know it better. */
export function timeText(seconds: number): string {
	if (seconds < 2) {
		return 'a second or two';
	}
	return seconds < 90
		? `about ${Math.ceil(seconds)} seconds`
		: seconds < 5400
			? `about ${Math.round(seconds / 60)} minutes`
			: `about ${(seconds / 3600).toFixed(1)} hours`;
}
