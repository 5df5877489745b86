import type { HostProbe } from '../../core/contract/runFiles.generated';
import type { LiveFacts } from './hostAnswer';
import { bytesLeft, gpuUse, hostFindings, type HostFinding } from './hostFindings';
import { diskSize } from './hostSummary';

/** One line of a host's card. */
export interface HostFact {
	/** Stays the same from one look to the next. */
	readonly id: string;
	readonly kind:
		'gpu' | 'disk' | 'machine' | 'python' | 'scheduler' | 'link' | HostFinding['level'];
	readonly label: string;
	readonly value: string;
	/** More words, one thing a line. */
	readonly details: readonly string[];
}

export interface HostLook {
	readonly facts: HostProbe;
	/** Milliseconds. */
	readonly roundTrip: number;
	/** Newer than `facts` where it is there. */
	readonly live?: LiveFacts | undefined;
	/** Other hosts with the same home folder. */
	readonly sharing: readonly string[];
}

/** What a person wants to see of a host at a glance: what is wrong first, then its GPUs. */
export function hostCard({ facts: probed, roundTrip, live, sharing }: HostLook): HostFact[] {
	const facts = live ? withLive(probed, live) : probed;
	const wrong = hostFindings(facts, sharing).filter(
		({ level, fix }) => level !== 'info' || fix !== undefined,
	);
	return [
		...wrong.map(({ level, text, fix }, i) => ({
			id: `finding${i}`,
			kind: level,
			label: text.charAt(0).toUpperCase() + text.slice(1),
			value: '',
			details: fix === undefined ? [text] : [text, fix],
		})),
		...gpuFacts(facts),
		diskFact(facts),
		machineFact(facts, live),
		{
			id: 'python',
			kind: 'python',
			label: 'Python',
			value: facts.environment.complete ? 'environment ready' : (facts.chosenPython ?? 'none'),
			details: [facts.environment.root, facts.chosenPython ?? ''].filter(Boolean),
		},
		...schedulerFact(facts),
		{ id: 'link', kind: 'link', label: 'Round trip', value: milliseconds(roundTrip), details: [] },
	];
}

function gpuFacts(facts: HostProbe): HostFact[] {
	if (facts.gpus.length === 0) {
		const value = facts.gpuMessage ?? 'none found';
		return [{ id: 'gpu', kind: 'gpu', label: 'No GPU', value, details: [] }];
	}
	return facts.gpus.map((gpu, i) => ({
		id: `gpu${gpu.uuid || i}`,
		kind: 'gpu',
		label: `GPU ${gpu.index ?? i}`,
		// What changes comes first: a side bar is narrow.
		value: [...gpuUse(gpu), gpu.name.replace(/^NVIDIA /, '')].join(' · '),
		details: [
			gpu.name,
			gpu.uuid,
			...gpuUse(gpu),
			gpu.driverVersion ? `driver ${gpu.driverVersion}` : '',
			typeof gpu.temperatureCelsius === 'number' ? `${gpu.temperatureCelsius} °C` : '',
			typeof gpu.powerWatts === 'number' ? `${gpu.powerWatts} W` : '',
		].filter(Boolean),
	}));
}

function diskFact({ disks: { runRoot } }: HostProbe): HostFact {
	const left = bytesLeft(runRoot);
	const { quota } = runRoot;
	const ofQuota =
		typeof quota?.limitBytes === 'number'
			? [`${diskSize(quota.usedBytes)} of ${diskSize(quota.limitBytes)} used (${quota.source})`]
			: [];
	return {
		id: 'disk',
		kind: 'disk',
		label: 'Disk',
		value: left === undefined ? 'unknown' : `${diskSize(left)} free`,
		details: [runRoot.path, ...ofQuota],
	};
}

function machineFact(facts: HostProbe, live: LiveFacts | undefined): HostFact {
	const { cpuCount, memoryBytes, memoryAvailableBytes } = facts;
	const free = live?.memoryAvailableBytes ?? memoryAvailableBytes;
	const memory =
		typeof memoryBytes === 'number'
			? typeof free === 'number'
				? `${diskSize(free)} of ${diskSize(memoryBytes)} memory free`
				: `${diskSize(memoryBytes)} memory`
			: undefined;
	const load = live?.load === undefined ? undefined : `load ${live.load.toFixed(1)}`;
	return {
		id: 'machine',
		kind: 'machine',
		label: cpuCount === 1 ? '1 core' : `${cpuCount} cores`,
		value: [load, memory].filter(Boolean).join(' · '),
		details: [facts.hostname, `${facts.platform} ${facts.machine}`],
	};
}

function schedulerFact({ scheduler }: HostProbe): HostFact[] {
	return scheduler
		? [
				{
					id: 'scheduler',
					kind: 'scheduler',
					label: 'Slurm',
					value:
						[scheduler.version ?? '', scheduler.partitions.join(', ')]
							.filter(Boolean)
							.join(' · ') || 'does not answer',
					details: scheduler.partitions,
				},
			]
		: [];
}

function withLive(facts: HostProbe, live: LiveFacts): HostProbe {
	const runRoot = live.runRoot ?? facts.disks.runRoot;
	return { ...facts, gpus: live.gpus, disks: { ...facts.disks, runRoot } };
}

/** `0.4 ms`, `12 ms`. */
export function milliseconds(time: number): string {
	return `${time.toFixed(time < 10 ? 1 : 0)} ms`;
}
