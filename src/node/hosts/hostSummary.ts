import type { HostDisk, HostProbe } from '../../core/contract/runFiles.generated';

/** One thing that a look at a host found. `fix` says what mends it. */
export interface HostFinding {
	readonly level: 'error' | 'warning' | 'info';
	readonly text: string;
	readonly fix?: string;
}

const gibibyte = 1024 ** 3;

function size(bytes: number): string {
	return `${(bytes / gibibyte).toFixed(bytes < 10 * gibibyte ? 1 : 0)} GB`;
}

/** The answer of `probe`, when it has the shape that is read here. */
export function probeFrom(value: unknown): HostProbe | undefined {
	const probe = value as Partial<HostProbe> | null;
	const shaped =
		typeof probe === 'object' &&
		probe !== null &&
		typeof probe.cpuCount === 'number' &&
		Array.isArray(probe.gpus) &&
		[probe.disks?.runRoot, probe.disks?.envRoot].every(disk => typeof disk?.path === 'string');
	return shaped ? (probe as HostProbe) : undefined;
}

/** What matters for running there, the worst first. The host may say anything: all of it is text. */
export function hostFindings(facts: HostProbe): readonly HostFinding[] {
	const findings: HostFinding[] = [];
	if (facts.chosenPython === null || facts.chosenPython === undefined) {
		findings.push({
			level: 'error',
			text: 'no Python 3.10 or newer with venv',
			fix: 'install one, for example “apt-get install python3-venv”, or name it in “windsock.hosts”',
		});
	} else {
		findings.push({ level: 'info', text: `Python at ${facts.chosenPython}` });
	}
	findings.push(...gpuFindings(facts));
	const cores = facts.cpuCount === 1 ? 'core' : 'cores';
	const memory = typeof facts.memoryBytes === 'number' ? `, ${size(facts.memoryBytes)} memory` : '';
	findings.push({ level: 'info', text: `${facts.cpuCount} ${cores}${memory}` });
	findings.push(diskFinding('runRoot', facts.disks.runRoot));
	findings.push(diskFinding('envRoot', facts.disks.envRoot));
	findings.push({
		level: 'info',
		text: facts.environment?.complete
			? 'the training environment is ready'
			: 'the training environment is built at the first launch',
	});
	if (facts.endsRunsAtLogout === true) {
		findings.push({
			level: 'warning',
			text: 'this machine ends what you run when you log out',
			fix: 'ask for lingering: loginctl enable-linger',
		});
	}
	const order = ['error', 'warning', 'info'];
	return findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

function gpuFindings(facts: HostProbe): readonly HostFinding[] {
	if (facts.gpus.length === 0) {
		return [{ level: 'info', text: `no GPU (${facts.gpuMessage || 'none found'})` }];
	}
	return facts.gpus.map((gpu): HostFinding => ({
		level: 'info',
		text: `GPU ${String(gpu.index)}: ${String(gpu.name)}`,
	}));
}

function diskFinding(use: string, disk: HostDisk): HostFinding {
	const where = `${use} ${disk.path}`;
	if (!disk.writable) {
		const fix = `set another ${use} in “windsock.hosts”`;
		return { level: 'error', text: `${where} cannot be written`, fix };
	}
	const free = disk.freeBytes ?? 0;
	return {
		level: free < 5 * gibibyte ? 'warning' : 'info',
		text: `${where}: ${size(free)} free`,
	};
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
		...(typeof free === 'number' ? [`${size(free)} free`] : []),
	].join(' · ');
}
