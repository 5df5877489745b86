import type { HostProbe } from '../../core/contract/runFiles.generated';

const gibibyte = 1024 ** 3;

/** As people say it: `7.1 GB`, `71 GB`. */
export function diskSize(bytes: number): string {
	return `${(bytes / gibibyte).toFixed(bytes < 10 * gibibyte ? 1 : 0)} GB`;
}

/** A line for lists: `2 × H200 · 16 cores · 40 GB free`. */
export function hostSummary(facts: HostProbe): string {
	const names = [...new Set(facts.gpus.map(gpu => String(gpu.name)))];
	const gpus = names.map(
		name => `${facts.gpus.filter(gpu => String(gpu.name) === name).length} × ${name}`,
	);
	const free = facts.disks.runRoot.freeBytes;
	return [
		...(gpus.length > 0 ? gpus : ['no GPU']),
		`${facts.cpuCount} cores`,
		...(typeof free === 'number' ? [`${diskSize(free)} free`] : []),
	].join(' · ');
}
