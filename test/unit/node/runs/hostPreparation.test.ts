import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostPreparation } from '../../../../src/node/runs/hostPreparation';
import { PracticeHost, remoteFolder } from '../../../support/practiceHost';
import { valueOf } from '../../../support/results';

let practice: PracticeHost;

beforeEach(async () => {
	practice = await PracticeHost.create();
});
afterEach(() => practice.dispose());

async function interpreter(settings: { readonly python?: string } = {}): Promise<string> {
	const hosts = { ...practice.hosts, settingsFor: () => settings };
	const prepared = valueOf(await new HostPreparation(hosts, remoteFolder).prepare('local'));
	return prepared.layout.python.replace(practice.home, '~').replace(prepared.lockHash, 'LOCK');
}

it('calls the package with the interpreter of the environment, which is no slow shim', async () => {
	expect(await interpreter()).toBe('~/.windsock/envs/LOCK/bin/python');
});

it('calls the package with python3 until the environment is complete', async () => {
	rmSync(join(practice.home, '.windsock', 'envs'), { recursive: true });
	expect(await interpreter()).toBe('python3');
});

it('calls the package with the interpreter that a person chose', async () => {
	expect(await interpreter({ python: 'sh' })).toBe('sh');
});
