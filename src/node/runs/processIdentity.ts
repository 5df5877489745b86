import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process of this machine started, in words that differ after its pid was used again;
 * undefined when no such process is there.
 */
export function processStart(pid: number): string | undefined {
	if (process.platform === 'linux') {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
			// The command's name is in parentheses and may hold anything; field 22 counts behind it.
			return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
		} catch {
			return undefined;
		}
	}
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM' ? '' : undefined;
	}
	if (process.platform === 'win32') {
		return '';
	}
	try {
		return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
	} catch {
		return undefined;
	}
}
