import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../../src/core/contract/runFiles.generated';
import { MirrorFolder } from '../../../../src/node/runs/mirrorFolder';
import { MirrorLock } from '../../../../src/node/runs/mirrorLock';
import { processStart } from '../../../../src/node/runs/processIdentity';
import { tarArchive } from '../../../../src/node/runs/tarArchive';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-mirror-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec: RunSpec = {
	contractVersion: '1.0',
	id: '01JD0000000000000000000AAA',
	kind: 'train',
	name: 'x',
	createdAt: '2026-01-01T00:00:00.000Z',
	environment: { lockHash: 'l' },
};

function mirror(): MirrorFolder {
	return MirrorFolder.create(folder, spec, { hostName: 'local', runDir: '/r' });
}

describe('the lock of a mirror', () => {
	it('has one holder at a time', () => {
		const first = MirrorLock.tryAcquire(folder);
		expect(first).toBeDefined();
		expect(MirrorLock.tryAcquire(folder)).toBeUndefined();
		expect(MirrorLock.holderOf(folder)).toBe(process.pid);
		first?.dispose();
		const second = MirrorLock.tryAcquire(folder);
		expect(second).toBeDefined();
		first?.dispose();
		expect(MirrorLock.tryAcquire(folder)).toBeUndefined();
		second?.dispose();
		expect(readdirSync(folder)).toEqual([]);
	});

	it.each([
		['of a process that is gone', { pid: 2 ** 22 + 7, start: '1', host: hostname(), token: 'a' }],
		[
			'whose pid was used again',
			{ pid: process.pid, start: 'another', host: hostname(), token: 'a' },
		],
		['that is torn', undefined],
		['that is no record', null],
		['of another shape', { pid: '../self', start: 1, host: {} }],
		['that does not say since when', { pid: 2 ** 22 + 7, host: hostname() }],
	])('is taken over from a holder %s', (_name, holder) => {
		writeFileSync(
			join(folder, 'writer.lock'),
			holder === undefined ? '{"pi' : JSON.stringify(holder),
		);
		const lock = MirrorLock.tryAcquire(folder);
		expect(lock).toBeDefined();
		lock?.dispose();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('is respected when another machine holds it', () => {
		const holder = { pid: 1, start: 'x', host: `not-${hostname()}`, token: 'a' };
		writeFileSync(join(folder, 'writer.lock'), JSON.stringify(holder));
		expect(MirrorLock.tryAcquire(folder)).toBeUndefined();
	});

	it('knows a living process by more than its pid', () => {
		expect(processStart(process.pid)).toMatch(/./);
		expect(processStart(2 ** 22 + 7)).toBeUndefined();
	});
});

describe('a mirror folder', () => {
	it('takes metrics only where it ends', () => {
		const made = mirror();
		expect(made.appendMetrics(0, Buffer.from('one\n'))).toBe(true);
		expect(made.appendMetrics(0, Buffer.from('one\n'))).toBe(false);
		expect(made.appendMetrics(5, Buffer.from('x'))).toBe(false);
		expect(made.appendMetrics(4, Buffer.from('two\n'))).toBe(true);
		expect(Buffer.from(made.readMetrics(2)).toString()).toBe('e\ntwo\n');
	});

	it('keeps the end of a long log and knows where on the host it goes on', () => {
		const made = mirror();
		const line = Buffer.alloc(256 * 1024, 'a');
		for (let i = 0; i < 40; i++) {
			expect(made.appendLog(made.logEnd, line)).toBe(true);
		}
		expect(made.logEnd).toBe(40 * line.length);
		expect(made.readLog()).toHaveLength(1024 * 1024);
		expect(made.appendLog(100 * line.length, Buffer.from('later'))).toBe(true);
		expect(Buffer.from(made.readLog()).toString()).toBe('later');
		expect(made.logEnd).toBe(100 * line.length + 5);
	});

	it('is opened again as it was, and not without a spec', () => {
		const made = mirror();
		made.writeRecord('state.json', '{"runDir":"/r","id":"A","state":"running"}');
		const again = MirrorFolder.open(made.path);
		expect(again?.spec).toEqual(spec);
		expect(again?.state?.state).toBe('running');
		rmSync(join(made.path, 'spec.json'));
		expect(MirrorFolder.open(made.path)).toBeUndefined();
	});
});

describe('an archive', () => {
	it('is unpacked by the system’s tar to the same bytes', () => {
		const name = fc.stringMatching(/^[a-z][a-z0-9_/]{0,30}[a-z]$/);
		const file = fc.record({ path: name, data: fc.uint8Array({ maxLength: 1500 }) });
		const clean = fc
			.uniqueArray(file, { selector: entry => entry.path.split('/')[0], maxLength: 5 })
			.filter(files => files.every(({ path }) => !path.includes('//')));
		fc.assert(
			fc.property(clean, files => {
				const target = join(folder, 'out');
				mkdirSync(target);
				execFileSync('tar', ['-xf', '-', '-C', target], { input: tarArchive(files) });
				for (const { path, data } of files) {
					expect(readFileSync(join(target, path)).equals(Buffer.from(data))).toBe(true);
				}
				rmSync(target, { recursive: true });
			}),
			{ numRuns: 20, seed: 7 },
		);
	});
});
