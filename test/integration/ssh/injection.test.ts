import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { tries, underFaults } from '../../support/faults';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { errorOf, valueOf } from '../../support/results';

/** Words that shells, programs and file protocols are known to trip over, and all others. */
const word = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({
		unit: fc.constantFrom(...`'"\\$\`\n!~*;&|<>(){}[]#%^ \t-a0é漢🙂`),
		maxLength: 40,
	}),
	fc.constantFrom('-rf', '--', '$(id)', '`id`', '~root', '${IFS}', "'; id #", 'a\0b', '\ud800'),
);
const perList = 50;

let server: SshServer;
let directory: NodeHostDirectory | undefined;

beforeEach(async () => {
	server = await SshServer.start();
	server.trust();
});
afterEach(async () => {
	directory?.dispose();
	directory = undefined;
	await server.stop();
});

describe.each(['ssh2', 'system'] as const)('by %s', transport => {
	it('words, variables and names of files reach the host byte for byte, or are refused', async () => {
		directory = directoryFor(server.writeConfig('box'), { settingsFor: () => ({ transport }) });
		const host = await hostNamed(directory, 'box');
		const lists = fc.sample(fc.array(word, { minLength: perList, maxLength: perList }), {
			seed: 12,
			numRuns: tries(5, 10_000 / perList),
		});
		const fault = `${perList} hostile words, ${transport}`;
		await underFaults({ guarantee: 12, fault, times: lists.length }, async turn => {
			const list = lists[turn] ?? [];
			const fits = list.filter(text => !text.includes('\0') && text.isWellFormed());
			for (const text of list.filter(one => !fits.includes(one)).slice(0, 3)) {
				expect(errorOf(await host.exec(['echo', text])).code).toBe('remoteCommandFailed');
			}
			const variables = fits.slice(0, 20).map((text, i) => `V${i}=${text}`);
			const argv = ['/usr/bin/env', ...variables, 'printf', '%s\\0', ...fits];
			const printed = valueOf(await host.exec(argv)).stdout;
			expect(printed.split('\0').slice(0, -1)).toEqual(fits);
			const values = valueOf(await host.exec(['/usr/bin/env', '-i', '-0', ...variables])).stdout;
			expect(values.split('\0').slice(0, -1)).toEqual(variables);
			const name = fits.find(text => text !== '' && !/\/|^\.+$/.test(text)) ?? 'x';
			const path = join(server.folder, `f${name}`);
			valueOf(await host.writeFile(path, name));
			expect(readFileSync(path, 'utf8')).toBe(name);
			valueOf(await host.remove(path));
			expect(valueOf(await host.stat(path))).toBeUndefined();
		});
	});
});
