import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaultCount } from '../../support/faults';
import {
	type KnownHostsCase,
	knownHostsCases,
	type KnownHostsParts,
} from '../../support/knownHostsCases';
import { directoryFor, hostNamed } from '../../support/sshHosts';
import { makeKey, SshServer } from '../../support/sshServer';
import { errorOf } from '../../support/results';

let servers: Readonly<Record<KnownHostsCase['server'], SshServer>>;

beforeAll(async () => {
	const many = 'MaxStartups 100';
	servers = {
		one: await SshServer.start({ config: [many] }),
		several: await SshServer.start({
			config: [many],
			hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'],
		}),
		certified: await SshServer.start({
			config: [many, 'HostCertificate FOLDER/host_ed25519-cert.pub'],
		}),
	};
	const { certified } = servers;
	const authority = join(certified.folder, 'authority');
	makeKey(authority, 'ed25519');
	const words = ['-q', '-s', authority, '-I', 'test', '-h', '-n', '127.0.0.1'];
	execFileSync('ssh-keygen', [...words, `${certified.hostKey('ed25519')}.pub`]);
	await certified.halt();
	await certified.resume();
});
afterAll(async () => {
	await Promise.all(Object.values(servers).map(server => server.stop()));
});

function partsOf(server: SshServer): KnownHostsParts {
	const { several, certified } = servers;
	const authority = readFileSync(join(certified.folder, 'authority.pub'), 'utf8');
	return {
		name: `[127.0.0.1]:${server.port}`,
		port: server.port,
		ed25519: server.publicHostKey(),
		ecdsa: several.publicHostKey('ecdsa'),
		rsa: several.publicHostKey('rsa'),
		authority: authority.split(' ').slice(0, 2).join(' '),
	};
}

/** Writes the files of a case and a block for it in the ssh config, under the name `case<n>`. */
function lay(one: KnownHostsCase, n: number): { readonly file: string; readonly alias: string } {
	const server = servers[one.server];
	const at = (name: string): string => join(server.folder, `${name}${n}`);
	const { first, second, global } = one;
	for (const [name, text] of Object.entries({ first, second, global })) {
		if (typeof text === 'string') {
			writeFileSync(at(name), `${text}\n`);
		}
	}
	if (one.hashed === true) {
		execFileSync('ssh-keygen', ['-H', '-f', at('first')], { stdio: 'ignore' });
		rmSync(`${at('first')}.old`);
	}
	writeFileSync(join(server.folder, 'revoked'), `${server.publicHostKey()}\n`);
	writeFileSync(
		join(server.folder, 'known ones'),
		`[127.0.0.1]:${server.port} ${server.publicHostKey()}\n`,
	);
	const alias = `case${n}`;
	const lines = [
		...(one.lines ?? []).map(line => line.replaceAll('FOLDER', server.folder)),
		`UserKnownHostsFile ${at('first')} ${at('second')}`,
		`GlobalKnownHostsFile ${at('global')}`,
		// Without a way to log in: the verdict on the key is what counts, and it comes before.
		'IdentityFile none',
		'PubkeyAuthentication no',
		'StrictHostKeyChecking yes',
	];
	return { file: server.writeConfig(alias, lines), alias };
}

async function verdictOfWindsock(file: string, alias: string): Promise<string> {
	const directory = directoryFor(file);
	try {
		return errorOf(await (await hostNamed(directory, alias)).stat('/')).code;
	} finally {
		directory.dispose();
	}
}

async function verdictOfSsh(file: string, alias: string): Promise<string> {
	const options = ['BatchMode=yes', 'UpdateHostKeys=no'].flatMap(option => ['-o', option]);
	try {
		await promisify(execFile)('ssh', ['-F', file, ...options, alias, 'true']);
		return 'logged in';
	} catch (error) {
		const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
		return /REVOKED HOST KEY|marked as revoked|revoked by file/.test(text)
			? 'hostKeyRevoked'
			: /IDENTIFICATION HAS CHANGED/.test(text)
				? 'hostKeyChanged'
				: /No .* host key is known|authenticity/.test(text)
					? 'hostKeyUnknown'
					: /Permission denied/.test(text)
						? 'authenticationFailed'
						: text;
	}
}

it('gives the same verdict as ssh for each way to write a known host', async () => {
	const cases = knownHostsCases({
		one: partsOf(servers.one),
		several: partsOf(servers.several),
		certified: partsOf(servers.certified),
	});
	expect(cases.length).toBeGreaterThanOrEqual(60);
	const laid = cases.map((one, n) => ({ title: one.title, ...lay(one, n) }));
	const count = new FaultCount(1, 'a way to write known hosts');
	const met = new Set<string>();
	const differences: string[] = [];
	const left = [...laid];
	const lane = async (): Promise<void> => {
		for (let one = left.shift(); one !== undefined; one = left.shift()) {
			const { title, file, alias } = one;
			const difference = await count
				.attempt(async () => {
					const [ours, theirs] = await Promise.all([
						verdictOfWindsock(file, alias),
						verdictOfSsh(file, alias),
					]);
					met.add(theirs);
					expect(`${title}: ${ours}`).toBe(`${title}: ${theirs}`);
				})
				.catch(String);
			differences.push(...(difference === undefined ? [] : [difference]));
		}
	};
	try {
		await Promise.all([lane(), lane(), lane()]);
	} finally {
		count.tell();
	}
	expect(differences).toEqual([]);
	// All four verdicts are among them.
	expect([...met].sort()).toEqual([
		'authenticationFailed',
		'hostKeyChanged',
		'hostKeyRevoked',
		'hostKeyUnknown',
	]);
}, 120_000);
