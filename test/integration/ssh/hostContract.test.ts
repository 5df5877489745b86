import { afterAll, beforeAll, describe } from 'vitest';
import { LocalHost } from '../../../src/node/hosts/localHost';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { DropbearServer, hasDropbear } from '../../support/dropbearServer';
import { SshServer } from '../../support/sshServer';
import { describeHostContract } from './hostContract';

let server: SshServer;
let directory: NodeHostDirectory;
let bySystem: NodeHostDirectory;

beforeAll(async () => {
	server = await SshServer.start();
	server.trust();
	const config = server.writeConfig('gpu1');
	directory = directoryFor(config);
	bySystem = directoryFor(config, { settingsFor: () => ({ transport: 'system' }) });
});
afterAll(async () => {
	directory.dispose();
	bySystem.dispose();
	await server.stop();
});

describeHostContract('local', () => Promise.resolve(new LocalHost()));
describeHostContract('system ssh', () => hostNamed(bySystem, 'gpu1'));
describeHostContract('ssh2', () => hostNamed(directory, 'gpu1'));

describe.skipIf(!hasDropbear)('with a server that is not OpenSSH', () => {
	let other: DropbearServer;
	let directories: readonly NodeHostDirectory[];

	beforeAll(async () => {
		other = await DropbearServer.start();
		const config = other.writeConfig('gpu2');
		directories = (['ssh2', 'system'] as const).map(transport =>
			directoryFor(config, { settingsFor: () => ({ transport }) }),
		);
	});
	afterAll(async () => {
		directories.forEach(one => one.dispose());
		await other.stop();
	});

	// Whoever asks, this server forwards no unix sockets, and it drops channels that are opened while
	// it still clears away killed commands.
	const limits = { forwardsSockets: false, reapsWell: false };
	describeHostContract('ssh2 to dropbear', () => hostNamed(directories[0]!, 'gpu2'), limits);
	describeHostContract('system ssh to dropbear', () => hostNamed(directories[1]!, 'gpu2'), limits);
});
