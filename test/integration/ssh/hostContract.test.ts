import { afterAll, beforeAll } from 'vitest';
import { LocalHost } from '../../../src/node/hosts/localHost';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed } from '../../support/sshHosts';
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
