import { chmod, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from '../../../../../src/node/dataset/hub/cacheFolder';
import { HubCache } from '../../../../../src/node/dataset/hub/hubCache';
import { packRowRanges, unpackRowRanges } from '../../../../../src/node/dataset/hub/keptRows';
import { temporaryFolder } from '../temporaryFolder';

const bytes = new Uint8Array(1000).fill(7);

it('keeps parts of files for the next window, for this user alone', async () => {
	const folder = join(await temporaryFolder(), 'hub');
	await new HubCache(folder).file('a').write('0', bytes);
	expect(new Uint8Array((await new HubCache(folder).file('a').read('0')) ?? [])).toEqual(bytes);
	expect(await new HubCache(folder).file('b').read('0')).toBeUndefined();
	const [key = ''] = await readdir(folder);
	if (process.platform !== 'win32') {
		expect((await stat(join(folder, key))).mode & 0o077).toBe(0);
		expect((await stat(join(folder, key, '0'))).mode & 0o077).toBe(0);
	}
});

it('removes the files that were opened longest ago, and never more than it may hold', async () => {
	const folder = join(await temporaryFolder(), 'hub');
	for (const [name, hours] of [
		['old', 2],
		['older', 3],
		['new', 1],
	] as const) {
		const before: string[] = await readdir(folder).catch(() => []);
		await new HubCache(folder, 3500).file(name).write('0', bytes);
		const [key = ''] = (await readdir(folder)).filter(one => !before.includes(one));
		const used = new Date(Date.now() - hours * 3_600_000);
		await utimes(join(folder, key), used, used);
	}
	const cache = new HubCache(folder, 3500);
	const file = cache.file('now');
	const use = file.use();
	await file.write('0', bytes);
	expect(await cache.file('older').read('0')).toBeUndefined();
	expect(await cache.file('new').read('0')).toBeDefined();
	for (let i = 1; i < 9; i++) {
		await file.write(String(i), bytes);
	}
	const kept = await Promise.all(
		(await readdir(folder)).map(async key => (await readdir(join(folder, key))).length),
	);
	expect(kept.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3);
	expect(await file.read('0')).toBeDefined();
	use.dispose();
	await cache.file('next').write('0', bytes);
	expect(await file.read('0')).toBeUndefined();
});

it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
	'does without a folder that cannot be written',
	async () => {
		const folder = await temporaryFolder();
		await chmod(folder, 0o500);
		const file = new HubCache(join(folder, 'hub')).file('a');
		await file.write('0', bytes);
		expect(await file.read('0')).toBeUndefined();
	},
);

it('does without a disk: a file stands where the folder should', async () => {
	const folder = join(await temporaryFolder(), 'hub');
	await writeFile(folder, '');
	const file = new HubCache(folder).file('a');
	await file.write('0', bytes);
	expect(await file.read('0')).toBeUndefined();
});

it('takes nothing for where rows stand that was damaged or is of another file', async () => {
	const layout = {
		kind: 'jsonl',
		separator: '\n',
		prefixEnd: 0,
		suffixStart: 9,
		size: 10,
	} as const;
	const rows = {
		batch: { starts: Float64Array.of(0, 5), lengths: Uint32Array.of(4, 4) },
		layout,
	};
	const packed = packRowRanges(rows);
	expect(unpackRowRanges(packed, 10)).toEqual(rows);
	expect(unpackRowRanges(packed, 11)).toBeUndefined();
	expect(unpackRowRanges(packed.subarray(0, packed.length - 3), 10)).toBeUndefined();
	expect(unpackRowRanges(new Uint8Array(), 10)).toBeUndefined();
});

it('is where each system keeps what can be fetched again', () => {
	expect(cacheFolder({}, 'linux', '/home/me')).toBe(join('/home/me', '.cache', 'windsock'));
	expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux', '/home/me')).toBe(join('/c', 'windsock'));
	expect(cacheFolder({}, 'darwin', '/me')).toBe(join('/me', 'Library', 'Caches', 'windsock'));
	expect(cacheFolder({ LOCALAPPDATA: 'L' }, 'win32', 'C')).toBe(join('L', 'windsock', 'Cache'));
});
