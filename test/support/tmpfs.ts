import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A disk of this size at the folder; undefined where this account may not mount one. */
export function tmpfs(folder: string, bytes: number): { unmount(): void } | undefined {
	mkdirSync(folder, { recursive: true });
	const words = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder];
	if (spawnSync('mount', words, { stdio: 'ignore' }).status !== 0) {
		return undefined;
	}
	return { unmount: () => void execFileSync('umount', [folder]) };
}
