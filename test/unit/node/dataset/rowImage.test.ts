import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findRowImage } from '../../../../src/node/dataset/rowImage';
import { temporaryFolder } from './temporaryFolder';

const png = Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1');

describe('an image that a row names by a path', () => {
	let dataset: string;
	let elsewhere: string;

	beforeEach(async () => {
		const parent = await temporaryFolder();
		dataset = join(parent, 'workspace', 'data');
		elsewhere = join(parent, 'elsewhere');
		await mkdir(join(dataset, 'images'), { recursive: true });
		await mkdir(elsewhere);
		await writeFile(join(dataset, 'images', '1.png'), png);
		await writeFile(join(elsewhere, 'secret.png'), png);
	});

	const find = async (named: string): Promise<string> => {
		const found = await findRowImage(named, [dataset, join(dataset, '..')]);
		return found.ok ? `found ${found.value.size}` : found.error.code;
	};

	it('is found beside the dataset and from the folder of the workspace', async () => {
		expect(await find('images/1.png')).toBe(`found ${png.length}`);
		expect(await find('data/images/1.png')).toBe(`found ${png.length}`);
		expect(await find(join(dataset, 'images', '1.png'))).toBe(`found ${png.length}`);
	});

	it('is not opened where it lies outside of them, by no way', async () => {
		await symlink(elsewhere, join(dataset, 'link'));
		expect(await find(join(elsewhere, 'secret.png'))).toBe('fileUnreadable');
		expect(await find('../../elsewhere/secret.png')).toBe('fileUnreadable');
		expect(await find('link/secret.png')).toBe('fileUnreadable');
	});

	it('is said to be missing, no image, no file or too large', async () => {
		await writeFile(join(dataset, 'page.png'), '<html></html>');
		await writeFile(join(dataset, 'large.png'), png);
		await truncate(join(dataset, 'large.png'), 21 * 1024 * 1024);
		expect(await find('images/2.png')).toBe('fileMissing');
		expect(await find('page.png')).toBe('fileUnreadable');
		expect(await find('images')).toBe('fileUnreadable');
		expect(await find('large.png')).toBe('fileUnreadable');
	});
});
