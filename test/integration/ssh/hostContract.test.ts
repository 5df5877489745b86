import { afterAll, beforeAll } from 'vitest';
import { LocalHost } from '../../../src/node/hosts/localHost';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { describeHostContract } from './hostContract';

let server: SshServer;
let directory: NodeHostDirectory;

beforeAll(async () => {
	server = await SshServer.start();
	server.trust();
	directory = directoryFor(server.writeConfig('gpu1'));
});
afterAll(async () => {
	directory.dispose();
	await server.stop();
});

describeHostContract('local', () => Promise.resolve(new LocalHost()));
describeHostContract('ssh2', () => hostNamed(directory, 'gpu1'));
