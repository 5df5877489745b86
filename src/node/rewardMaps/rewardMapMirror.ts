import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { appendPlain, plainSize } from '../runs/plainFiles';
import { rewardMapFile } from './rewardMapFile';

/**
 * What a run of kind score has told so far, in the mirror of the run. The file is byte for byte a
 * beginning of the one on the host, so its size is the offset to go on from.
 */
export class RewardMapMirror {
	readonly #path: string;

	/** @param folder of the run's mirror */
	constructor(folder: string) {
		this.#path = join(folder, rewardMapFile);
	}

	offsets(): Record<string, number> {
		return { [rewardMapFile]: plainSize(this.#path) };
	}

	/** Undefined when the file is none of ours, false when the bytes do not start at its end. */
	append(name: string, offset: number, bytes: Uint8Array): boolean | undefined {
		if (name !== rewardMapFile) {
			return undefined;
		}
		if (offset !== plainSize(this.#path)) {
			return false;
		}
		appendPlain(this.#path, bytes);
		return true;
	}

	reset(name: string): void {
		if (name === rewardMapFile && plainSize(this.#path) > 0) {
			truncateSync(this.#path, 0);
		}
	}
}
