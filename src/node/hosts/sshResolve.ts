import { execFile } from 'node:child_process';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import { isSafeAlias, readSshConfig } from './sshConfigFile';
import type { SshTarget } from './sshTarget';

/** Keyword in lower case → its values, as `ssh -G` prints them. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

export interface SshConfigLocation {
	/** The config file. Undefined: the person's own and the machine's, as `ssh` reads them. */
	readonly file: string | undefined;
	readonly sshDirectory: string;
	/** The ssh client; undefined resolves without one. */
	readonly sshProgram: string | undefined;
}

/** @param file another config than the person's own; naming that one changes nothing */
export function defaultConfigLocation(file?: string): SshConfigLocation {
	const sshDirectory = join(homedir(), '.ssh');
	// With `-F` ssh leaves the machine's config out, so the default must not be named.
	const named = file === join(sshDirectory, 'config') ? undefined : file;
	return { file: named, sshDirectory, sshProgram: 'ssh' };
}

export function configFileOf(location: SshConfigLocation): string {
	return location.file ?? join(location.sshDirectory, 'config');
}

/** What ssh would do for `name` (an alias, or `[user@]host[:port]` of a jump). */
export async function resolveTarget(
	name: string,
	location: SshConfigLocation,
	logger: Logger,
): Promise<Result<SshTarget>> {
	const { user, host, port } = splitDestination(name);
	if (!isSafeAlias(host)) {
		return err(new WindsockError('hostUnknown', { host: name }));
	}
	const exact = await askSsh(host, location, logger);
	const options = exact ?? computeOptions(host, location);
	return ok(targetFrom(host, options, location, { user, port }));
}

/** `[user@]host[:port]`, also `ssh://…` and `[v6]:port`. */
export function splitDestination(text: string): {
	readonly user: string | undefined;
	readonly host: string;
	readonly port: number | undefined;
} {
	const plain = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
	const at = plain.lastIndexOf('@');
	const user = at < 0 ? undefined : plain.slice(0, at);
	const rest = plain.slice(at + 1);
	const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(rest);
	return {
		user,
		host: match?.[1] ?? match?.[2] ?? rest,
		port: match?.[3] === undefined ? undefined : Number(match[3]),
	};
}

/** The exact answer, from the program that a person would use; undefined when there is none. */
async function askSsh(
	host: string,
	location: SshConfigLocation,
	logger: Logger,
): Promise<SshOptions | undefined> {
	if (location.sshProgram === undefined) {
		return undefined;
	}
	const config = location.file === undefined ? [] : ['-F', location.file];
	try {
		const { stdout } = await promisify(execFile)(
			location.sshProgram,
			['-G', ...config, '--', host],
			{ cwd: homedir(), timeout: 15_000, maxBuffer: 1 << 20, windowsHide: true },
		);
		return parseOptions(stdout);
	} catch (error) {
		logger.warn(`ssh -G ${host} gave no answer: ${reasonOf(error)}`);
		return undefined;
	}
}

export function parseOptions(text: string): SshOptions {
	const options = new Map<string, string[]>();
	for (const line of text.split(/\r?\n/)) {
		const space = line.indexOf(' ');
		if (space > 0) {
			const keyword = line.slice(0, space).toLowerCase();
			options.set(keyword, [...(options.get(keyword) ?? []), line.slice(space + 1)]);
		}
	}
	return options;
}

/** Without an ssh client: the file alone, and never a command of its `Match exec`. */
export function computeOptions(host: string, location: SshConfigLocation): SshOptions {
	const { config } = readSshConfig(configFileOf(location), location.sshDirectory);
	const computed = config.compute(host, { ignoreCase: true, matchExec: false });
	return new Map(
		Object.entries(computed).map(([key, value]) => [
			key,
			typeof value === 'string' ? [value] : key === 'identityfile' ? value : [value.join(' ')],
		]),
	);
}

const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

/** `ssh -G` quotes nothing, and home folders have blanks in their names: where a path begins. */
const betweenPaths = /\s+(?=[/~%$\\"]|[A-Za-z]:[/\\]|__PROGRAMDATA__)/;

/** Everything about a host out of its options; `given` stands in the name and wins. */
export function targetFrom(
	alias: string,
	options: SshOptions,
	location: SshConfigLocation,
	given: { readonly user?: string | undefined; readonly port?: number | undefined } = {},
): SshTarget {
	const one = (key: string): string | undefined => {
		const value = options.get(key)?.[0]?.trim();
		return value === undefined || value === '' || value === 'none' ? undefined : value;
	};
	const hostName = (one('hostname') ?? alias)
		.replaceAll('%h', alias)
		.replaceAll('%%', '%')
		.toLowerCase();
	const port = given.port ?? Number(one('port') ?? 22);
	const user = given.user ?? one('user') ?? userInfo().username;
	const expandPath = pathExpander({ alias, hostName, port, user }, location);
	const files = (key: string, otherwise: readonly string[]): readonly string[] =>
		options.get(key)?.[0] === 'none'
			? []
			: (one(key)?.split(betweenPaths) ?? otherwise).map(path => expandPath(path));
	const inSsh = (name: string): string => join(location.sshDirectory, name);
	const timeout = Number(one('connecttimeout'));
	return {
		alias,
		hostName,
		port,
		user,
		identityFiles: (options.get('identityfile') ?? defaultKeys.map(inSsh))
			.filter(path => path !== 'none')
			.map(path => expandPath(path.replace(/^"(.*)"$/, '$1'))),
		identitiesOnly: isYes(one('identitiesonly')),
		agent: agentOf(options.get('identityagent')?.[0], expandPath),
		userKnownHostsFiles: files('userknownhostsfile', [inSsh('known_hosts'), inSsh('known_hosts2')]),
		globalKnownHostsFiles: files('globalknownhostsfile', [
			'/etc/ssh/ssh_known_hosts',
			'/etc/ssh/ssh_known_hosts2',
		]),
		hostKeyAlias: one('hostkeyalias'),
		hashKnownHosts: isYes(one('hashknownhosts')),
		strictHostKeyChecking: strictness(one('stricthostkeychecking')),
		jumps: one('proxyjump')?.split(',') ?? [],
		proxyCommand: one('proxycommand'),
		passwordTries: Number(one('numberofpasswordprompts') ?? 3) || 3,
		connectTimeout: timeout > 0 ? timeout * 1000 : undefined,
		given,
		certificateFiles: (options.get('certificatefile') ?? [])
			.filter(path => path !== 'none')
			.map(path => expandPath(path.replace(/^"(.*)"$/, '$1'))),
		pkcs11Provider: one('pkcs11provider'),
		kexAlgorithms: algorithms(one('kexalgorithms')),
		hostKeyAlgorithms: algorithms(one('hostkeyalgorithms')),
		revokedHostKeys: one('revokedhostkeys'),
		knownHostsCommand: one('knownhostscommand'),
		sshProgram: location.sshProgram,
		configFile: location.file,
	};
}

/** A list that changes the default instead of naming all is left to ssh. */
function algorithms(value: string | undefined): readonly string[] | undefined {
	return value === undefined || /^[+^-]/.test(value) ? undefined : value.split(',');
}

function isYes(value: string | undefined): boolean {
	return value === 'yes' || value === 'true';
}

/** `ssh -G` prints `true` and `false` for `yes` and `no`. */
function strictness(value: string | undefined): SshTarget['strictHostKeyChecking'] {
	switch (value?.toLowerCase()) {
		case 'yes':
		case 'true':
			return 'yes';
		case 'accept-new':
			return 'accept-new';
		case 'no':
		case 'off':
		case 'false':
			return 'no';
		default:
			return 'ask';
	}
}

function agentOf(
	value: string | undefined,
	expandPath: (path: string) => string,
): string | undefined {
	const environment =
		process.env['SSH_AUTH_SOCK'] ??
		(process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined);
	if (value === undefined || value === 'SSH_AUTH_SOCK') {
		return environment === '' ? undefined : environment;
	}
	if (value === 'none') {
		return undefined;
	}
	return value.startsWith('$') && !value.startsWith('${')
		? process.env[value.slice(1)]
		: expandPath(value.replace(/^"(.*)"$/, '$1'));
}

/** Tokens and variables of ssh_config(5), TOKENS, as far as file names use them. */
function pathExpander(
	target: Pick<SshTarget, 'alias' | 'hostName' | 'port' | 'user'>,
	location: SshConfigLocation,
): (path: string) => string {
	const home = homedir();
	const tokens: Readonly<Record<string, string>> = {
		'%': '%',
		d: home,
		h: target.hostName,
		i: String(userInfo().uid),
		L: hostname().split('.')[0] ?? '',
		l: hostname(),
		n: target.alias,
		p: String(target.port),
		r: target.user,
		u: userInfo().username,
	};
	return path => {
		const named = path
			.replace(/^"(.*)"$/, '$1')
			.replace(/^__PROGRAMDATA__/, () => process.env['ProgramData'] ?? 'C:\\ProgramData')
			.replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
			.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => process.env[name] ?? '');
		return named.startsWith('~/.ssh/')
			? join(location.sshDirectory, named.slice(7))
			: named.startsWith('~/')
				? join(home, named.slice(2))
				: named;
	};
}
