import type { HostDisk, HostGpu, HostProbe } from '../../core/contract/runFiles.generated';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The answer of `probe`, when it has the shape that is read here. A host may say anything: what is
 * optional and of another shape is left out, so that whoever reads the rest need not look.
 */
export function probeFrom(value: unknown): HostProbe | undefined {
	const probe = fieldsOf(value);
	const disks = fieldsOf(probe?.['disks']);
	const runRoot = diskFrom(disks?.['runRoot']);
	const envRoot = diskFrom(disks?.['envRoot']);
	if (!probe || !runRoot || !envRoot || typeof probe['cpuCount'] !== 'number') {
		return undefined;
	}
	const gpus = gpusFrom(probe['gpus']);
	if (!gpus) {
		return undefined;
	}
	const scheduler = schedulerFrom(probe['scheduler']);
	return {
		...(probe as unknown as HostProbe),
		hostname: textOf(probe['hostname']) ?? '',
		platform: textOf(probe['platform']) ?? '',
		machine: textOf(probe['machine']) ?? '',
		cpuCount: probe['cpuCount'],
		memoryBytes: numberOf(probe['memoryBytes']),
		memoryAvailableBytes: numberOf(probe['memoryAvailableBytes']),
		gpus,
		gpuMessage: textOf(probe['gpuMessage']),
		chosenPython: textOf(probe['chosenPython']),
		environment: environmentFrom(probe['environment']),
		disks: { runRoot, envRoot },
		scratch: listOf(probe['scratch'])?.flatMap(one => diskFrom(one) ?? []) ?? [],
		scheduler,
		homeId: textOf(probe['homeId']),
	};
}

/** What changes on a host from one moment to the next. */
export interface LiveFacts {
	readonly gpus: HostProbe['gpus'];
	readonly memoryAvailableBytes: number | undefined;
	/** Processes that run or wait to, over the last minute. */
	readonly load: number | undefined;
	readonly runRoot: HostDisk | undefined;
}

/** A line of `live`; what a login script prints before it is none. */
export function liveFactsFrom(line: string): LiveFacts | undefined {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const { gpus, memoryAvailableBytes, load, disks } = value as Record<string, unknown>;
	const cards = gpusFrom(gpus);
	return (
		cards && {
			gpus: cards,
			memoryAvailableBytes: numberOf(memoryAvailableBytes) ?? undefined,
			load: numberOf(load) ?? undefined,
			runRoot: diskFrom((disks as { runRoot?: unknown } | undefined | null)?.runRoot),
		}
	);
}

/** The GPUs of an answer; `undefined` where it has no list of them. */
export function gpusFrom(value: unknown): HostGpu[] | undefined {
	return listOf(value)?.flatMap(one => {
		const gpu = fieldsOf(one);
		if (!gpu) {
			return [];
		}
		const processes = (listOf(gpu['processes']) ?? []).flatMap(owner => {
			const process = fieldsOf(owner);
			return process
				? [
						{
							pid: numberOf(process['pid']) ?? 0,
							memoryUsedMiB: numberOf(process['memoryUsedMiB']),
							user: textOf(process['user']),
							command: textOf(process['command']),
						},
					]
				: [];
		});
		return [
			{
				...gpu,
				index: numberOf(gpu['index']),
				uuid: textOf(gpu['uuid']) ?? '',
				name: textOf(gpu['name']) ?? 'GPU',
				driverVersion: textOf(gpu['driverVersion']),
				memoryTotalMiB: numberOf(gpu['memoryTotalMiB']),
				memoryUsedMiB: numberOf(gpu['memoryUsedMiB']),
				utilizationPercent: numberOf(gpu['utilizationPercent']),
				processes,
			},
		];
	});
}

function diskFrom(value: unknown): HostDisk | undefined {
	const disk = fieldsOf(value);
	const path = textOf(disk?.['path']);
	if (!disk || path === null) {
		return undefined;
	}
	const quota = fieldsOf(disk['quota']);
	const purge = fieldsOf(disk['purge']);
	return {
		path,
		writable: disk['writable'] === true,
		freeBytes: numberOf(disk['freeBytes']),
		totalBytes: numberOf(disk['totalBytes']),
		freeFiles: numberOf(disk['freeFiles']),
		variable: textOf(disk['variable']),
		quota: quota
			? {
					source: textOf(quota['source']) ?? '',
					usedBytes: numberOf(quota['usedBytes']) ?? 0,
					limitBytes: numberOf(quota['limitBytes']),
					usedFiles: numberOf(quota['usedFiles']) ?? 0,
					limitFiles: numberOf(quota['limitFiles']),
				}
			: null,
		purge: purge
			? { text: textOf(purge['text']) ?? '', source: textOf(purge['source']) ?? '' }
			: null,
	};
}

function schedulerFrom(value: unknown): HostProbe['scheduler'] {
	const scheduler = fieldsOf(value);
	return scheduler?.['kind'] === 'slurm'
		? {
				kind: 'slurm',
				version: textOf(scheduler['version']),
				partitions: (listOf(scheduler['partitions']) ?? []).flatMap(name => textOf(name) ?? []),
				defaultPartition: textOf(scheduler['defaultPartition']),
			}
		: null;
}

function environmentFrom(value: unknown): HostProbe['environment'] {
	const environment = fieldsOf(value);
	return {
		root: textOf(environment?.['root']) ?? '',
		lockHash: textOf(environment?.['lockHash']) ?? '',
		complete: environment?.['complete'] === true,
		python: textOf(environment?.['python']),
	};
}

function fieldsOf(value: unknown): Fields | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Fields)
		: undefined;
}

function listOf(value: unknown): readonly unknown[] | undefined {
	return Array.isArray(value) ? value : undefined;
}

function numberOf(value: unknown): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}
