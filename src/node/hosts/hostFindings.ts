import type { HostDisk, HostGpu, HostProbe } from '../../core/contract/runFiles.generated';
import { diskSize } from './hostSummary';

/** One thing that a look at a host found. `fix` says what mends it. */
export interface HostFinding {
	readonly level: 'error' | 'warning' | 'info';
	readonly text: string;
	readonly fix?: string;
}

const gibibyte = 1024 ** 3;
/** Less is soon full: an environment alone takes up to 8 GiB. */
const littleSpace = 5 * gibibyte;
/** A full checkpoint of 7B parameters with its optimizer takes about 100 GB. */
const roomy = 200 * gibibyte;
/** An environment has about 40,000 files. */
const fewFiles = 100_000;

/**
 * What matters for running there, the worst first. The host may say anything: all of it is text.
 *
 * @param sharing names of other hosts that were found to have the same home folder
 */
export function hostFindings(
	facts: HostProbe,
	sharing: readonly string[] = [],
): readonly HostFinding[] {
	const { runRoot, envRoot } = facts.disks;
	const findings = [
		pythonFinding(facts),
		...gpuFindings(facts),
		machineFinding(facts),
		...diskFindings('runRoot', runRoot),
		...(isSameDisk(runRoot, envRoot) ? [] : diskFindings('envRoot', envRoot)),
		...scratchFindings(facts),
		...schedulerFindings(facts),
		environmentFinding(facts),
		...logoutFindings(facts),
		...sharing.slice(0, 1).map((other): HostFinding => ({
			level: 'info',
			text: `it shares its home folder with “${other}”`,
			fix: `if both are doors to one cluster, set "sameAs": "${other}" for this one in “windsock.hosts”`,
		})),
	];
	const order = ['error', 'warning', 'info'];
	return findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

function pythonFinding({ chosenPython }: HostProbe): HostFinding {
	return chosenPython === null
		? {
				level: 'error',
				text: 'no Python 3.10 or newer with venv',
				fix: 'install one, for example “apt-get install python3-venv”, or name it in “windsock.hosts”',
			}
		: { level: 'info', text: `Python at ${chosenPython}` };
}

function gpuFindings(facts: HostProbe): HostFinding[] {
	if (facts.gpus.length === 0) {
		return [{ level: 'info', text: `no GPU (${facts.gpuMessage || 'none found'})` }];
	}
	const driver = facts.gpus.map(gpu => gpu.driverVersion).find(Boolean);
	return [
		...facts.gpus.map((gpu): HostFinding => ({
			level: 'info',
			text: `GPU ${String(gpu.index)}: ${[String(gpu.name), ...gpuUse(gpu)].join(', ')}`,
		})),
		...(driver ? [{ level: 'info' as const, text: `driver ${driver}` }] : []),
		...torchFindings(facts),
	];
}

/** Whether torch has a build for the driver; the host knows which. */
function torchFindings({ torchBuild }: HostProbe): HostFinding[] {
	const { build, problem, fix } = torchBuild ?? {};
	if (typeof problem === 'string') {
		return [{ level: 'error', text: problem, ...(typeof fix === 'string' ? { fix } : {}) }];
	}
	return typeof build === 'string'
		? [{ level: 'info', text: `torch of the build ${build}, which fits the driver and the GPUs` }]
		: [];
}

/** What is free of a GPU, how busy it is, and who uses it. */
export function gpuUse(gpu: HostGpu): string[] {
	const { memoryTotalMiB: total, memoryUsedMiB: used, utilizationPercent: busy } = gpu;
	const users = new Map<string, Set<string>>();
	for (const { user, command } of gpu.processes ?? []) {
		const commands = users.get(user ?? 'unknown') ?? new Set();
		users.set(user ?? 'unknown', command ? commands.add(command) : commands);
	}
	const names = [...users].map(([user, commands]) =>
		commands.size === 0 ? user : `${user} (${[...commands].join(', ')})`,
	);
	return [
		...(typeof total === 'number' && typeof used === 'number'
			? [`${((total - used) / 1024).toFixed(0)} of ${(total / 1024).toFixed(0)} GB free`]
			: []),
		...(typeof busy === 'number' ? [`${busy.toFixed(0)}% busy`] : []),
		...(names.length > 0 ? [`used by ${names.join(', ')}`] : []),
	];
}

function machineFinding({ cpuCount, memoryBytes }: HostProbe): HostFinding {
	const cores = `${cpuCount} ${cpuCount === 1 ? 'core' : 'cores'}`;
	const memory = typeof memoryBytes === 'number' ? [`${diskSize(memoryBytes)} memory`] : [];
	return { level: 'info', text: [cores, ...memory].join(', ') };
}

/** Bytes that this account may still write there; a quota counts before the disk. */
export function bytesLeft(disk: HostDisk): number | undefined {
	const { freeBytes, quota } = disk;
	const ofQuota =
		typeof quota?.limitBytes === 'number' ? quota.limitBytes - quota.usedBytes : undefined;
	const known = [freeBytes, ofQuota].filter(left => typeof left === 'number');
	return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
}

function diskFindings(use: 'runRoot' | 'envRoot', disk: HostDisk): HostFinding[] {
	const where = `${use} ${disk.path}`;
	const elsewhere = `set another ${use} in “windsock.hosts”`;
	if (!disk.writable) {
		return [{ level: 'error', text: `${where} cannot be written`, fix: elsewhere }];
	}
	const left = bytesLeft(disk) ?? 0;
	const { quota, purge } = disk;
	const quotaText =
		typeof quota?.limitBytes === 'number'
			? `, by your quota of ${diskSize(quota.limitBytes)} (${quota.source})`
			: '';
	const isFull = left === 0;
	const space: HostFinding = {
		level: isFull ? 'error' : left < littleSpace ? 'warning' : 'info',
		text: `${where}: ${isFull ? 'nothing' : diskSize(left)} free${quotaText}`,
		...(left < littleSpace ? { fix: `clear something away there, or ${elsewhere}` } : {}),
	};
	return [
		space,
		...fileFindings(where, disk, elsewhere),
		...(purge
			? [
					{
						level: 'warning' as const,
						text: `${where} is cleared: “${purge.text}” (${purge.source})`,
						fix: 'download the checkpoints that you want to keep before',
					},
				]
			: []),
	];
}

/** What is said of one would only be said again of the other. */
function isSameDisk(one: HostDisk, other: HostDisk): boolean {
	return JSON.stringify({ ...one, path: '' }) === JSON.stringify({ ...other, path: '' });
}

function fileFindings(where: string, disk: HostDisk, fix: string): HostFinding[] {
	const { freeFiles, quota } = disk;
	const ofQuota =
		typeof quota?.limitFiles === 'number' ? quota.limitFiles - quota.usedFiles : undefined;
	const known = [freeFiles, ofQuota].filter(left => typeof left === 'number');
	const left = Math.max(0, Math.min(...known));
	return left < fewFiles
		? [
				{
					level: left === 0 ? 'error' : 'warning',
					text: `${where}: room for ${left.toLocaleString('en-US')} more files only`,
					fix,
				},
			]
		: [];
}

/** A scratch folder is proposed where the runs have little room. */
function scratchFindings({ scratch, disks }: HostProbe): HostFinding[] {
	const left = bytesLeft(disks.runRoot) ?? 0;
	const [best] = (scratch ?? [])
		.map(disk => ({ disk, free: bytesLeft(disk) ?? 0 }))
		.filter(({ disk, free }) => free > 2 * left && disk.path !== disks.runRoot.path)
		.toSorted((a, b) => b.free - a.free);
	if (!best || left > roomy || disks.runRoot.path.startsWith(`${best.disk.path}/`)) {
		return [];
	}
	const { disk, free } = best;
	const cleared = disk.purge ? `; “${disk.purge.text}” (${disk.purge.source})` : '';
	return [
		{
			level: 'info',
			text: `${disk.path} has ${diskSize(free)} free${cleared}`,
			fix: `set "runRoot": "${disk.path.replace(/\/+$/, '')}/windsock/runs" in “windsock.hosts” to keep runs there`,
		},
	];
}

function schedulerFindings({ scheduler }: HostProbe): HostFinding[] {
	if (!scheduler) {
		return [];
	}
	const { version, partitions, defaultPartition } = scheduler;
	const names = partitions.map(name => (name === defaultPartition ? `${name} (default)` : name));
	const list = names.length === 0 ? '' : ` with ${names.join(', ')}`;
	if (version === null && partitions.length === 0) {
		return [{ level: 'info', text: 'Slurm, which does not answer' }];
	}
	return [
		{
			level: 'info',
			text: `${['Slurm', version].filter(Boolean).join(' ')}${list}`,
			fix: 'runs are jobs of it where “windsock.hosts” says "scheduler": "slurm" for this host; else they start on this machine itself',
		},
	];
}

function environmentFinding({ environment }: HostProbe): HostFinding {
	return {
		level: 'info',
		text: environment?.complete
			? 'the training environment is ready'
			: 'the training environment is built at the first launch',
	};
}

function logoutFindings({ endsRunsAtLogout }: HostProbe): HostFinding[] {
	return endsRunsAtLogout === true
		? [
				{
					level: 'warning',
					text: 'this machine ends what you run when you log out',
					fix: 'ask for lingering: loginctl enable-linger',
				},
			]
		: [];
}
