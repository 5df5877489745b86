import { join } from 'node:path';
import { cacheFolder } from '../dataset/hub/cacheFolder';
import type { LauncherParts } from '../runs/launchContext';
import { TokenizerStore } from './tokenizerStore';
import { Trainers } from './trainers';

/** Trainers that keep tokenizers in this system's cache folder. */
export function makeTrainers(
	launcher: LauncherParts,
	remoteFolder: string,
	workerFile: string | undefined,
): Trainers {
	const store = new TokenizerStore(join(cacheFolder(), 'tokenizers'));
	return new Trainers({ launcher, remoteFolder, workerFile, store });
}
