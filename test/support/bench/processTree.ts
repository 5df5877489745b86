import { readdirSync, readFileSync } from 'node:fs';

/** One process as Linux's /proc shows it. `started` tells a process from a later one of its pid. */
export interface ProcessEntry {
	readonly pid: number;
	readonly parent: number;
	readonly started: string;
	readonly command: string;
}

export function readProcess(pid: number): ProcessEntry | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name may hold spaces and brackets; the fields are counted from behind it.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (fields[0] === 'Z') {
			return undefined;
		}
		return {
			pid,
			parent: Number(fields[1]),
			started: fields[19] ?? '',
			command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
		};
	} catch {
		return undefined; // It ended meanwhile.
	}
}

/** All processes below `pid`, parents before children. */
export function descendants(pid: number): readonly ProcessEntry[] {
	const all = readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(name => readProcess(Number(name)))
		.filter(entry => entry !== undefined);
	const found: ProcessEntry[] = [];
	const queue = [pid];
	for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
		for (const entry of all) {
			if (entry.parent === parent) {
				found.push(entry);
				queue.push(entry.pid);
			}
		}
	}
	return found;
}

/** Is it still the same process? */
export function isRunning(entry: ProcessEntry): boolean {
	return readProcess(entry.pid)?.started === entry.started;
}

/** CPU time that a process has used, user and system, in clock ticks; 0 when it has ended. */
export function cpuTicks(pid: number): number {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return Number(fields[11]) + Number(fields[12]);
	} catch {
		return 0;
	}
}
