import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('the types of the run contract are those of the schemas', () => {
	const script = join(root, '.dev/generate.mjs');
	const said = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
	expect(said).toContain('up to date');
});
