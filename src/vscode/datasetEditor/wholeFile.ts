import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import type { FarSource } from '../../node/dataset/far/farSource';
import type { DatasetFile } from '../../node/dataset/datasetFile';
import { sizeText } from './readingCost';

const readAll = 'Read All of It';
/** Bytes that are read to know how fast the link is. */
const probeSize = 2 << 20;

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
		let speed: number;
		try {
			speed = far.speed ?? (await measure(far));
		} catch (error) {
			void vscode.window.showErrorMessage(
				error instanceof Error && 'code' in error ? messageFor(error as never) : String(error),
			);
			return false;
		}
		const seconds = file.size / speed;
		const choice = await vscode.window.showInformationMessage(
			`${what} needs all rows: ${sizeText(file.size)} from ${far.place}, ${timeText(seconds)} at ${sizeText(speed)}/s.`,
			{
				modal: true,
				detail:
					'The file stays where it is; its bytes are read once and not kept here. Findings, filters, search and labels then work as for a file on this machine.',
			},
			readAll,
		);
		if (choice === readAll) {
			this.#agreed.add(file);
		}
		return choice === readAll;
	}
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
