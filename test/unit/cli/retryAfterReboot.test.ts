import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let practice: PracticeHost;
let table: string;

beforeEach(async () => {
	practice = await PracticeHost.create();
	table = join(practice.folder, 'table');
	const program = join(practice.folder, 'crontab');
	const list = `cat "${table}" 2>/dev/null || { echo no crontab for me >&2; exit 1; }`;
	const text = `#!/bin/sh\nif [ "$1" = -l ]; then ${list}; else cat > "${table}"; fi\n`;
	writeFileSync(program, text);
	chmodSync(program, 0o755);
	vi.stubEnv('PATH', `${practice.folder}${delimiter}${process.env['PATH'] ?? ''}`);
});

afterEach(() => {
	vi.unstubAllEnvs();
	practice.dispose();
});

async function answer(...more: string[]): Promise<{ line: string; installed: boolean }> {
	const said = await windsockOn(practice, ['retry-after-reboot', 'local', '--json', ...more]);
	expect(said.code, said.out).toBe(0);
	return JSON.parse(said.out) as { line: string; installed: boolean };
}

describe('windsock retry-after-reboot', () => {
	it('shows the line, writes it only with --yes and takes it out again', async () => {
		const shown = await answer();
		expect(shown.installed).toBe(false);
		expect(shown.line).toMatch(/^@reboot .*after-reboot --root .*\/\.windsock\/runs/);
		expect(existsSync(table)).toBe(false);

		expect(await answer('--yes')).toEqual({ ...shown, installed: true });
		expect(readFileSync(table, 'utf8')).toBe(`${shown.line}\n`);

		expect((await answer('--remove')).installed).toBe(false);
		expect(readFileSync(table, 'utf8')).toBe('');
	});
});
