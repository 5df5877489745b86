import { describe, expect, it } from 'vitest';
import { parseOptions, targetFrom } from '../../../../src/node/hosts/sshResolve';

const location = { file: '/c/config', sshDirectory: '/c', sshProgram: undefined };

describe('files that `ssh -G` names', () => {
	it.each([
		['two', '/a/known /b/known', ['/a/known', '/b/known']],
		['of a home folder with a blank', '/home/a b/k /home/a b/k2', ['/home/a b/k', '/home/a b/k2']],
		[
			'as Windows writes them',
			'C:\\Users\\Ada L/.ssh/known_hosts C:\\Users\\Ada L/.ssh/known_hosts2',
			['C:\\Users\\Ada L/.ssh/known_hosts', 'C:\\Users\\Ada L/.ssh/known_hosts2'],
		],
		['none', 'none', []],
	])('are told apart: %s', (_title, said, files) => {
		const options = parseOptions(`userknownhostsfile ${said}\n`);
		expect(targetFrom('box', options, location).userKnownHostsFiles).toEqual(files);
	});
});
