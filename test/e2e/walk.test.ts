import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { SshServer } from '../support/sshServer';
import { walkSteps } from './walk';
import { WalkSession } from './walkSession';

const root = path.resolve(import.meta.dirname, '../..');

describe('the whole loop over SSH', () => {
	let ssh: SshServer;
	let session: WalkSession;
	let failed = false;

	beforeAll(async () => {
		const vsix = process.env['WINDSOCK_VSIX'];
		if (!vsix) {
			throw new Error('WINDSOCK_VSIX names no packed extension; run `npm test -- --only e2e`');
		}
		ssh = await SshServer.start();
		ssh.trust();
		session = await WalkSession.start({
			root,
			vsix,
			hostName: 'gpu-box',
			sshConfigFile: ssh.writeConfig('gpu-box'),
			pictures: path.join(root, 'test-results', 'e2e'),
		});
	});

	afterAll(async () => {
		await session?.stop();
		await ssh?.stop();
	});

	for (const step of walkSteps) {
		it(step.title, async () => {
			expect(failed, 'an earlier step failed').toBe(false);
			onTestFailed(async () => {
				if (!failed) {
					failed = true;
					await session.dumpFailure();
				}
			});
			await step.run(session);
		});
	}
});
