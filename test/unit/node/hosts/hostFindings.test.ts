import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveFactsFrom, probeFrom } from '../../../../src/node/hosts/hostAnswer';
import { hostCard } from '../../../../src/node/hosts/hostCard';
import { hostFindings, type HostFinding } from '../../../../src/node/hosts/hostFindings';

const gibibyte = 1024 ** 3;
const disk = {
	path: '/home/ada/.windsock/runs',
	freeBytes: 900 * gibibyte,
	totalBytes: 1000 * gibibyte,
	freeFiles: 10_000_000,
	writable: true,
	quota: null,
	purge: null,
};
const probe = {
	cpuCount: 16,
	hostname: 'login1',
	platform: 'linux',
	machine: 'x86_64',
	memoryBytes: 64 * gibibyte,
	memoryAvailableBytes: 32 * gibibyte,
	gpus: [] as object[],
	gpuMessage: 'nvidia-smi is not installed',
	disks: { runRoot: disk, envRoot: { ...disk, path: '/home/ada/.windsock/envs' } },
	chosenPython: '/usr/bin/python3',
	environment: { root: '/home/ada/.windsock/envs', lockHash: 'x', complete: true },
	scratch: [] as object[],
	scheduler: null as object | null,
	homeId: 'abc',
};

function findings(change: object, sharing: readonly string[] = []): readonly HostFinding[] {
	const facts = probeFrom({ ...probe, ...change });
	if (!facts) {
		throw new Error('no probe');
	}
	return hostFindings(facts, sharing);
}

function ofRuns(change: object): object {
	return { disks: { ...probe.disks, runRoot: { ...disk, ...change } } };
}

const wrong = (list: readonly HostFinding[]): readonly HostFinding[] =>
	list.filter(({ level }) => level !== 'info');

describe('the build of torch for a driver', () => {
	const gpus = [{ index: 0, uuid: 'GPU-a', name: 'A100', driverVersion: '470.82.01' }];

	it('is an error with what mends it where the driver is too old for any', () => {
		const torchBuild = { build: null, problem: 'the driver 470 is too old', fix: 'update it' };
		expect(findings({ gpus, torchBuild })[0]).toEqual({
			level: 'error',
			text: 'the driver 470 is too old',
			fix: 'update it',
		});
	});

	it('is named where it is not the usual one', () => {
		const found = findings({ gpus, torchBuild: { build: 'cu126', problem: null, fix: null } });
		expect(found.map(({ text }) => text).join()).toContain('cu126');
		const usual = findings({ gpus, torchBuild: { build: null, problem: null, fix: null } });
		expect(usual.map(({ text }) => text).join()).not.toContain('torch');
	});

	it('is left out where a host says something else', () => {
		for (const torchBuild of [
			undefined,
			null,
			7,
			'cu126',
			[],
			{ build: {}, problem: 3, fix: [] },
		]) {
			expect(findings({ gpus, torchBuild }).every(({ text }) => typeof text === 'string')).toBe(
				true,
			);
		}
	});
});

describe('the findings about a host', () => {
	it('are none where all is well, and a disk is told once', () => {
		expect(wrong(findings({}))).toEqual([]);
		expect(findings({}).filter(({ text }) => text.includes('GB free'))).toHaveLength(1);
	});

	it('count a quota before the disk', () => {
		const quota = {
			source: 'lfs quota',
			usedBytes: 48 * gibibyte,
			limitBytes: 50 * gibibyte,
			usedFiles: 1,
			limitFiles: null,
		};
		expect(wrong(findings(ofRuns({ quota })))).toEqual([
			{
				level: 'warning',
				text: 'runRoot /home/ada/.windsock/runs: 2.0 GB free, by your quota of 50 GB (lfs quota)',
				fix: 'clear something away there, or set another runRoot in “windsock.hosts”',
			},
		]);
		const usedUp = { ...quota, usedBytes: 51 * gibibyte };
		expect(wrong(findings(ofRuns({ quota: usedUp })))[0]).toMatchObject({
			level: 'error',
			text: expect.stringContaining('nothing free') as string,
		});
	});

	it('count inodes, of the disk and of the quota', () => {
		const few = wrong(findings(ofRuns({ freeFiles: 5000 })));
		expect(few[0]?.text).toContain('room for 5,000 more files only');
		const quota = {
			source: 'quota',
			usedBytes: 0,
			limitBytes: null,
			usedFiles: 100_000,
			limitFiles: 100_000,
		};
		expect(wrong(findings(ofRuns({ quota })))[0]).toMatchObject({ level: 'error' });
	});

	it('quote what says that a folder is cleared', () => {
		const purge = { text: 'Files are deleted after 60 days.', source: '/etc/motd' };
		expect(wrong(findings(ofRuns({ purge })))[0]).toMatchObject({
			level: 'warning',
			text: 'runRoot /home/ada/.windsock/runs is cleared: “Files are deleted after 60 days.” (/etc/motd)',
		});
	});

	it('propose the scratch folder with the most room where the home has little', () => {
		const scratch = [
			{ ...disk, path: '/scratch/ada', variable: 'SCRATCH', freeBytes: 5000 * gibibyte },
			{ ...disk, path: '/data', freeBytes: 300 * gibibyte },
		];
		const little = { ...ofRuns({ freeBytes: 40 * gibibyte }), scratch };
		expect(findings(little).find(({ fix }) => fix !== undefined)).toEqual({
			level: 'info',
			text: '/scratch/ada has 5000 GB free',
			fix: 'set "runRoot": "/scratch/ada/windsock/runs" in “windsock.hosts” to keep runs there',
		});
		const roomy = { scratch };
		expect(findings(roomy).find(({ fix }) => fix !== undefined)).toBeUndefined();
	});

	it('tell who uses a GPU and what is free of it', () => {
		const gpu = {
			index: 0,
			uuid: 'GPU-a',
			name: 'H100',
			driverVersion: '580.1',
			memoryTotalMiB: 81920,
			memoryUsedMiB: 10240,
			utilizationPercent: 93,
			processes: [
				{ pid: 1, user: 'ada', command: 'python' },
				{ pid: 2, user: 'ada', command: 'python' },
				{ pid: 3 },
			],
		};
		expect(findings({ gpus: [gpu] }).map(({ text }) => text)).toContain(
			'GPU 0: H100, 70 of 80 GB free, 93% busy, used by ada (python), unknown',
		);
	});

	it('name the scheduler and a second door to the same home', () => {
		const scheduler = {
			kind: 'slurm',
			version: '22.05.8',
			partitions: ['gpu', 'cpu'],
			defaultPartition: 'gpu',
		};
		const list = findings({ scheduler }, ['login1']);
		expect(list.map(({ text }) => text)).toContain('Slurm 22.05.8 with gpu (default), cpu');
		expect(list.find(({ text }) => text.includes('login1'))?.fix).toContain('"sameAs": "login1"');
		expect(list.find(({ text }) => text.startsWith('Slurm'))?.fix).toContain(
			'"scheduler": "slurm"',
		);
		const silent = { kind: 'slurm', version: null, partitions: [], defaultPartition: null };
		const texts = findings({ scheduler: silent }).map(({ text }) => text);
		expect(texts).toContain('Slurm, which does not answer');
	});
});

describe('the card of a host', () => {
	it('takes what changes from the newest look', () => {
		const facts = probeFrom({ ...probe, gpus: [{ index: 0, uuid: 'a', name: 'H100' }] });
		const live = liveFactsFrom(
			JSON.stringify({
				gpus: [{ index: 0, uuid: 'a', name: 'H100', utilizationPercent: 12 }],
				load: 1.25,
				memoryAvailableBytes: 8 * gibibyte,
				disks: { runRoot: { ...disk, freeBytes: 7 * gibibyte } },
			}),
		);
		const card = facts && hostCard({ facts, roundTrip: 12.3, live, sharing: [] });
		const values = Object.fromEntries((card ?? []).map(({ label, value }) => [label, value]));
		expect(values).toMatchObject({
			'GPU 0': '12% busy · H100',
			Disk: '7.0 GB free',
			'16 cores': 'load 1.3 · 8.0 GB of 64 GB memory free',
			Python: 'environment ready',
			'Round trip': '12 ms',
		});
	});

	it('is made of whatever a host may answer', () => {
		const fields = fc.dictionary(
			fc.constantFrom(...Object.keys(probe), 'bootId'),
			fc.jsonValue({ maxDepth: 3 }),
		);
		const gpuFields = fc.dictionary(
			fc.constantFrom('index', 'name', 'uuid', 'processes', 'memoryTotalMiB', 'driverVersion'),
			fc.jsonValue({ maxDepth: 2 }),
		);
		const diskFields = fc.dictionary(
			fc.constantFrom('path', 'quota', 'purge', 'freeBytes', 'freeFiles'),
			fc.jsonValue({ maxDepth: 2 }),
		);
		fc.assert(
			fc.property(fields, fc.array(gpuFields), diskFields, (change, gpus, runs) => {
				const facts = probeFrom({
					...probe,
					gpus,
					scratch: [runs],
					disks: { ...probe.disks, runRoot: { ...disk, ...runs } },
					...change,
				});
				if (facts) {
					const live = liveFactsFrom(JSON.stringify({ gpus, disks: { runRoot: runs } }));
					const card = hostCard({ facts, roundTrip: 1, live, sharing: [] });
					for (const { label, value, details } of card) {
						for (const text of [label, value, ...details]) {
							expect(typeof text).toBe('string');
						}
					}
				}
			}),
			{ seed: 61, numRuns: 2000 },
		);
	});
});
