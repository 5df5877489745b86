import { readFile } from 'node:fs/promises';
import { silentLogger } from '../../core/base/logger';
import type { HostTransport } from '../../core/hosts/host';
import { agentKeyTypes } from './agentKeyTypes';
import { HostKeyCheck } from './hostKeyCheck';
import { hostKeyNames, kexNames } from './sshDial';
import type { SshTarget } from './sshTarget';

/** What a person says about a host: `auto` decides by what the host needs. */
export type TransportSetting = 'auto' | HostTransport['kind'];

/** The setting as a person wrote it; anything else reads as `auto`. */
export function transportSetting(value: unknown): TransportSetting {
	return value === 'ssh2' || value === 'system' ? value : 'auto';
}

/**
 * What should carry a connection, before anything is sent: each need that only OpenSSH meets chooses
 * the machine's own ssh. Nothing is tried twice for it, so no login is refused on the way.
 */
export async function chooseTransport(
	target: SshTarget,
	setting: TransportSetting,
): Promise<HostTransport> {
	if (setting !== 'auto') {
		return { kind: setting, reason: 'as set in “windsock.hosts”' };
	}
	const need = configNeed(target) ?? (await keyNeed(target)) ?? (await hostNeed(target));
	return need === undefined
		? { kind: 'ssh2', reason: 'built in' }
		: { kind: 'system', reason: need };
}

/** What of the config ssh2 would have to pass over, and then do something else than was asked. */
export function beyondSsh2(target: SshTarget): string | undefined {
	const { hostKeyAlgorithms: algorithms } = target;
	if (target.proxyCommand !== undefined && target.jumps.length === 0) {
		return 'its ProxyCommand';
	}
	if (target.revokedHostKeys !== undefined) {
		return 'its RevokedHostKeys';
	}
	if (target.knownHostsCommand !== undefined) {
		return 'its KnownHostsCommand';
	}
	return algorithms === undefined || algorithms.some(name => hostKeyNames.has(name))
		? undefined
		: `the host key algorithm ${algorithms[0]}`;
}

function configNeed(target: SshTarget): string | undefined {
	const { pkcs11Provider, kexAlgorithms } = target;
	const beyond = beyondSsh2(target);
	if (beyond !== undefined) {
		return `for ${beyond}`;
	}
	if (pkcs11Provider !== undefined) {
		return 'for a key on a smart card';
	}
	if (kexAlgorithms !== undefined && !kexAlgorithms.some(name => kexNames.has(name))) {
		return `for the key exchange ${kexAlgorithms[0]}`;
	}
	return undefined;
}

async function keyNeed(target: SshTarget): Promise<string | undefined> {
	if (target.certificateFiles.length > 0) {
		return 'for your certificate';
	}
	const types: string[] = [];
	for (const file of target.identityFiles) {
		if ((await publicType(`${file}-cert.pub`)) !== undefined) {
			return 'for your certificate';
		}
		const type = await publicType(`${file}.pub`);
		types.push(...(type === undefined ? [] : [type]));
	}
	if (target.agent !== undefined && !target.identitiesOnly) {
		types.push(...(await agentKeyTypes(target.agent)));
	}
	return types.some(type => type.includes('-cert-v0'))
		? 'for a certificate in your agent'
		: types.some(type => type.startsWith('sk-'))
			? 'for your security key'
			: undefined;
}

/**
 * A host that is known by its authority only has no key that ssh2 could check. Where a key is known
 * beside it, that may be an old one: OpenSSH looks at the certificate first.
 */
async function hostNeed(target: SshTarget): Promise<string | undefined> {
	try {
		const check = new HostKeyCheck(target, undefined, silentLogger);
		await check.load();
		const { isNamed, isAlone } = check.authority;
		const hasSsh = target.sshProgram !== undefined && process.platform !== 'win32';
		return isAlone || (isNamed && hasSsh) ? 'for the certificate of the host' : undefined;
	} catch {
		// The connection itself will name an unreadable known_hosts file.
		return undefined;
	}
}

async function publicType(file: string): Promise<string | undefined> {
	const text = await readFile(file, 'utf8').catch(() => undefined);
	return text === undefined ? undefined : /^[a-z0-9@.-]+/.exec(text)?.[0];
}
