import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { hostAliases, isSafeAlias, readSshConfig } from '../../../src/node/hosts/sshConfigFile';
import { resolveTarget, type SshConfigLocation } from '../../../src/node/hosts/sshResolve';
import { until } from './hostContract';
import { errorOf, valueOf } from '../../support/results';

let folder: string;
let withSsh: SshConfigLocation;
let alone: SshConfigLocation;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-config-'));
	const file = join(folder, 'config');
	withSsh = { file, sshDirectory: folder, sshProgram: 'ssh' };
	alone = { ...withSsh, sshProgram: undefined };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string, name = 'config'): void {
	mkdirSync(join(folder, name, '..'), { recursive: true });
	writeFileSync(join(folder, name), text);
}

const files = (path: string): string => join(folder, path);

describe('the ssh config', () => {
	it('names its hosts, also those of included files, without patterns', () => {
		write(
			`Include ${files('more')}/*.conf\n` +
				'Host gpu1 gpu2 !gpu3 *.lab\n\tUser ada\nHost=quoted\nMatch host x\n\tUser y\n' +
				`Host last\n\tInclude ${files('nothing')}\n\tUser z\n`,
		);
		write('Host included\n\tUser i\nHost gpu1\n', 'more/a.conf');
		write('Host "-oProxyCommand=x" $(id) a;b ok_1.example\n', 'more/b.conf');
		const { config, files: read } = readSshConfig(files('config'), folder);
		expect(hostAliases(config)).toEqual([
			'included',
			'gpu1',
			'ok_1.example',
			'gpu2',
			'quoted',
			'last',
		]);
		expect(read).toEqual([files('config'), files('more/a.conf'), files('more/b.conf')]);
	});

	it('includes itself without end', () => {
		write(`Include ${files('config')}\nHost a\n`);
		expect(hostAliases(readSshConfig(files('config'), folder).config)).toEqual(['a']);
	});

	it.each([
		['plain', 'Host box\n\tHostName 10.0.0.1\n\tPort 2222\n\tUser ada\n'],
		['first value wins', 'Host box\n\tUser ada\nHost *\n\tUser other\n\tPort 23\n'],
		['patterns', 'Host b?x !bad\n\tUser ada\nHost *\n\tHostName %h.lab\n'],
		['negation', 'Host * !box\n\tUser no\nHost box\n\tUser yes\n'],
		['equals signs', 'Host=box\n\tUser = ada\n\tPort=24\n'],
		['case', 'hOST box\n\tuSER ada\n\thostname EXAMPLE.org\n'],
		['comments', '# Host box\nHost box # trailing\n\tUser ada\n'],
		['match host', 'Match host box\n\tUser ada\nMatch all\n\tPort 25\n'],
		['match originalhost', 'Host box\n\tHostName real\nMatch originalhost box\n\tUser ada\n'],
		[
			'several keys',
			'Host box\n\tIdentityFile /k/a\n\tIdentityFile /k/%h-%r\nHost *\n\tIdentityFile ~/c\n',
		],
		['identities only', 'Host box\n\tIdentitiesOnly yes\n\tIdentityAgent /run/agent.sock\n'],
		['no agent', 'Host box\n\tIdentityAgent none\n'],
		['known hosts', 'Host box\n\tUserKnownHostsFile /k/a /k/b\n\tGlobalKnownHostsFile /dev/null\n'],
		['no known hosts', 'Host box\n\tUserKnownHostsFile none\n'],
		['alias and hashing', 'Host box\n\tHostKeyAlias other\n\tHashKnownHosts yes\n'],
		['strict yes', 'Host box\n\tStrictHostKeyChecking yes\n'],
		['strict no', 'Host box\n\tStrictHostKeyChecking no\n'],
		['strict off', 'Host box\n\tStrictHostKeyChecking off\n'],
		['strict accept-new', 'Host box\n\tStrictHostKeyChecking accept-new\n'],
		['jump', 'Host box\n\tProxyJump ada@first:2200,second\n'],
		['no jump', 'Host box\n\tProxyJump none\nHost *\n\tProxyJump first\n'],
		['timeout', 'Host box\n\tConnectTimeout 7\n\tNumberOfPasswordPrompts 1\n'],
		['quotes', 'Host box\n\tIdentityFile "/k/with space"\n'],
		['include', 'Include FOLDER/part\nHost box\n\tUser second\n\tPort 26\n'],
		['include in a block', 'Host other\n\tInclude FOLDER/bare\nHost box\n\tUser ada\n'],
		['proxy command', 'Host box\n\tProxyCommand /bin/relay --to x\n'],
		['no proxy command', 'Host box\n\tProxyCommand none\nHost *\n\tProxyCommand /bin/relay\n'],
		['certificate', 'Host box\n\tCertificateFile /k/a-cert.pub\n\tIdentityFile /k/a\n'],
		['smart card', 'Host box\n\tPKCS11Provider /lib/token.so\n'],
		['tokens', 'Host box\n\tUser ada\n\tPort 2200\n\tIdentityFile /k/%r-%p-%n-%%\n'],
		['match user', 'Host box\n\tUser ada\nMatch user ada\n\tPort 28\n'],
		['match not', 'Match host !box\n\tPort 29\nMatch host box,other\n\tUser ada\n'],
		['match host pattern', 'Match host "b*"\n\tUser ada\n'],
		['tabs and blanks', '\n\n\tHost   box\n\t\tUser\tada\n\t  Port  30\n'],
		['no line end', 'Host box\n\tUser ada'],
		['windows line ends', 'Host box\r\n\tUser ada\r\n\tPort 31\r\n'],
		['several names', 'Host one box two\n\tUser ada\nHost two\n\tUser eve\n'],
		['jump by alias', 'Host box\n\tProxyJump gate\nHost gate\n\tUser ada\n'],
		['last block for all', 'Host other\n\tUser eve\nHost *\n\tUser ada\n\tIdentitiesOnly yes\n'],
		['include before options', 'Include FOLDER/part\nPort 27\n'],
	])('resolves as ssh does: %s', async (_title, text) => {
		write('Host box\n\tUser first\n', 'part');
		write('Port 99\n', 'bare');
		write(text.replaceAll('FOLDER', folder));
		const exact = valueOf(await resolveTarget('box', withSsh, silentLogger));
		const computed = valueOf(await resolveTarget('box', alone, silentLogger));
		// What ssh fills in by itself when the config is silent differs from version to version.
		const said = /identityfile/i.test(text) ? {} : { identityFiles: [] };
		const filled = {
			kexAlgorithms: undefined,
			hostKeyAlgorithms: undefined,
			sshProgram: undefined,
		};
		const known = /UserKnownHostsFile/i.test(text) ? {} : { userKnownHostsFiles: [] };
		const left = { ...said, ...known, ...filled };
		expect({ ...computed, ...left }).toEqual({ ...exact, ...left });
		const printed = execFileSync('ssh', ['-G', '-F', files('config'), '--', 'box'], {
			stdio: 'pipe',
		}).toString();
		expect(exact.hostName).toBe(/^hostname (.*)$/m.exec(printed)?.[1]);
		expect(exact.user).toBe(/^user (.*)$/m.exec(printed)?.[1]);
		expect(String(exact.port)).toBe(/^port (.*)$/m.exec(printed)?.[1]);
	});

	it('never runs a command to list hosts or to resolve without ssh', async () => {
		write(`Match host box exec "touch ${files('ran')}"\n\tUser ada\nHost box\n\tPort 2\n`);
		const directory = new NodeHostDirectory({
			configLocation: () => withSsh,
			logger: silentLogger,
		});
		const entries = await directory.entries();
		expect(entries.map(entry => entry.name)).toEqual(['local', 'box']);
		valueOf(await resolveTarget('box', alone, silentLogger));
		expect(readSshConfig(files('ran'), folder).files).toEqual([]);
		directory.dispose();
	});

	it('refuses names that could be options or commands', async () => {
		write('Host *\n');
		for (const name of ['-oProxyCommand=touch x', 'a b', '$(id)', 'a;b', '`x`', "a'b", 'a/b', '']) {
			expect(isSafeAlias(name)).toBe(false);
			expect(errorOf(await resolveTarget(name, withSsh, silentLogger)).code).toBe('hostUnknown');
		}
	});
});

describe('the directory of hosts', () => {
	it('has this machine first, one object per name, and names what is known', async () => {
		write('Host box\n\tHostName 10.0.0.1\n\tUser ada\nHost gpu*\n\tUser eve\n');
		const directory = new NodeHostDirectory({
			configLocation: () => withSsh,
			settingsFor: name => ({ runRoot: `/runs/${name}` }),
			logger: silentLogger,
		});
		const entries = await directory.entries();
		expect(entries[0]).toMatchObject({ name: 'local', source: 'local' });
		expect(entries[1]).toEqual({
			name: 'box',
			address: 'ada@10.0.0.1:22',
			source: 'sshConfig',
			also: [],
		});
		expect(valueOf(await directory.get('box'))).toBe(valueOf(await directory.get('box')));
		expect(valueOf(await directory.get('gpu7')).name).toBe('gpu7');
		expect(valueOf(await directory.get('local')).linkState).toBe('connected');
		expect(valueOf(await directory.get('box')).linkState).toBe('idle');
		const unknown = errorOf(await directory.get('bix'));
		expect(unknown).toMatchObject({ code: 'hostUnknown', details: { known: 'local, box' } });
		expect(errorOf(await directory.get('-x')).code).toBe('hostUnknown');
		expect(directory.settingsFor('box')).toEqual({ runRoot: '/runs/box' });
		directory.dispose();
	});

	it('takes several doors to one host for that host, and a circle of them for none', async () => {
		write('Host login1 login2\n\tHostName cluster\nHost a\nHost b\n');
		const doors: Readonly<Record<string, string>> = { login2: 'login1', a: 'b', b: 'a' };
		const directory = new NodeHostDirectory({
			configLocation: () => withSsh,
			settingsFor: name => (doors[name] ? { sameAs: doors[name] } : { runRoot: `/runs/${name}` }),
			logger: silentLogger,
		});
		const entries = await directory.entries();
		expect(entries.map(({ name, also }) => [name, also])).toEqual([
			['local', []],
			['login1', ['login2']],
			['a', []],
			['b', []],
		]);
		expect(valueOf(await directory.get('login2'))).toBe(valueOf(await directory.get('login1')));
		expect(directory.settingsFor('login2')).toEqual({ runRoot: '/runs/login1' });
		directory.dispose();
	});

	it('tells when the config changes, also when an editor replaces the file', async () => {
		write('Host box\n');
		const directory = new NodeHostDirectory({
			configLocation: () => withSsh,
			logger: silentLogger,
		});
		let changes = 0;
		directory.onDidChange(() => changes++);
		write('Host box\nHost box2\n', 'config.new');
		renameSync(files('config.new'), files('config'));
		await until(() => changes > 0, 'the change');
		expect((await directory.entries()).map(entry => entry.name)).toEqual(['local', 'box', 'box2']);
		directory.dispose();
	});

	it('is only this machine when there is no config', async () => {
		const directory = new NodeHostDirectory({
			configLocation: () => withSsh,
			logger: silentLogger,
		});
		directory.onDidChange(() => {});
		expect((await directory.entries()).map(entry => entry.name)).toEqual(['local']);
		directory.dispose();
	});
});
