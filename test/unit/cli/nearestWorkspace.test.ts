import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nearestWorkspace } from '../../../src/cli/nearestWorkspace';

let root = '';
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'windsock-nearest-'));
	mkdirSync(join(root, 'home/project/.windsock'), { recursive: true });
	mkdirSync(join(root, 'home/project/data/raw'), { recursive: true });
	mkdirSync(join(root, 'home/other'), { recursive: true });
	mkdirSync(join(root, 'home/.windsock'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the workspace of a command', () => {
	const nearest = (folder: string): string =>
		nearestWorkspace(join(root, folder), join(root, 'home'));

	it('is the nearest folder above with records', () => {
		expect(nearest('home/project/data/raw')).toBe(join(root, 'home/project'));
		expect(nearest('home/project')).toBe(join(root, 'home/project'));
	});

	it('is never the home folder, whose records are those of a host', () => {
		expect(nearest('home/other')).toBe(join(root, 'home/other'));
		expect(nearest('home')).toBe(join(root, 'home'));
	});
});
