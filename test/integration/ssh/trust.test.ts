import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { tries, underFaults } from '../../support/faults';
import { directoryFor, hostNamed, prompts } from '../../support/sshHosts';
import { makeKey, SshServer } from '../../support/sshServer';
import { errorOf, valueOf } from '../../support/results';

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

describe.each(['ssh2', 'system'] as const)('trust, by %s', transport => {
	const settings = { settingsFor: () => ({ transport }) };

	it('sends no word about a person to a listener in the middle', async () => {
		const otherKey = join(server.folder, 'other');
		makeKey(otherKey, 'ed25519');
		let shaken = 0;
		let attempts = 0;
		const listener = new ssh2.Server({ hostKeys: [readFileSync(otherKey)] }, client => {
			client.on('error', () => {});
			client.on('handshake', () => shaken++);
			client.on('authentication', context => {
				attempts++;
				context.reject();
			});
		});
		await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
		try {
			const { port } = listener.address() as { port: number };
			server.trust(port);
			directory = directoryFor(server.writeConfig('box', [], port), {
				...settings,
				prompts: prompts({}),
			});
			const host = await hostNamed(directory, 'box');
			const times = tries(5, 25);
			await underFaults({ guarantee: 1, fault: `changed key, ${transport}`, times }, async () => {
				directory?.allowRetry();
				expect(errorOf(await host.exec(['true'])).code).toBe('hostKeyChanged');
			});
			expect([attempts, shaken]).toEqual([0, 0]);
		} finally {
			listener.close();
		}
	});

	it('asks once and through rekeys never again', async () => {
		await server.stop();
		server = await SshServer.start({ config: ['RekeyLimit 1M', 'LogLevel DEBUG1'] });
		let asked = 0;
		const file = server.writeConfig('box');
		directory = directoryFor(file, {
			...settings,
			prompts: prompts({ confirmHostKey: () => Promise.resolve(++asked === 1) }),
		});
		const host = await hostNamed(directory, 'box');
		const size = tries(12, 160) * 1024 * 1024;
		const local = join(server.folder, 'local');
		writeFileSync(local, Buffer.alloc(size, 7));
		const fault = `rekeys in an upload, ${transport}`;
		await underFaults({ guarantee: 1, fault, times: 1 }, async () => {
			valueOf(await host.upload(local, join(server.folder, 'there')));
		});
		expect(statSync(join(server.folder, 'there')).size).toBe(size);
		const rekeys = server.log.split('rekey').length - 1;
		expect(rekeys).toBeGreaterThanOrEqual(tries(8, 150));
		expect(asked).toBe(1);
	});
});
