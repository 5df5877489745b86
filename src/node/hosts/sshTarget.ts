/** One machine as ssh would reach it: every pattern, token and `~` is resolved. */
export interface SshTarget {
	/** What the person calls it; `HostName` may differ. */
	readonly alias: string;
	readonly hostName: string;
	readonly port: number;
	readonly user: string;
	/** Private keys in the order to offer them; some may not exist. */
	readonly identityFiles: readonly string[];
	/** Offer only the keys of `identityFiles`, also when an agent holds more. */
	readonly identitiesOnly: boolean;
	/** Socket or pipe of the agent; undefined when there is none to ask. */
	readonly agent: string | undefined;
	readonly userKnownHostsFiles: readonly string[];
	readonly globalKnownHostsFiles: readonly string[];
	readonly hostKeyAlias: string | undefined;
	readonly hashKnownHosts: boolean;
	/** `no` asks like `ask`: a key is never trusted without a word. */
	readonly strictHostKeyChecking: 'yes' | 'accept-new' | 'ask' | 'no';
	/** Hops before this machine, nearest first: `[user@]host[:port]`. */
	readonly jumps: readonly string[];
	readonly proxyCommand: string | undefined;
	readonly passwordTries: number;
	/** Milliseconds; undefined leaves the default. */
	readonly connectTimeout: number | undefined;
	/** What the name itself said, as in `user@host:22`; it wins over the config. */
	readonly given: { readonly user?: string | undefined; readonly port?: number | undefined };
	readonly certificateFiles: readonly string[];
	/** A module for smart cards, or for security keys in other places than the usual one. */
	readonly pkcs11Provider: string | undefined;
	/** Names of key exchanges and of host key signatures to use; undefined leaves the default. */
	readonly kexAlgorithms: readonly string[] | undefined;
	readonly hostKeyAlgorithms: readonly string[] | undefined;
	/** A list of keys that no host may have, which only OpenSSH can read in all its forms. */
	readonly revokedHostKeys: string | undefined;
	/** A program that says what keys a host has. */
	readonly knownHostsCommand: string | undefined;
	/** The ssh client of this machine; undefined when there is none to be used. */
	readonly sshProgram: string | undefined;
	/** The ssh config that said so, when it is not the person's own. */
	readonly configFile: string | undefined;
}

export function addressOf(target: Pick<SshTarget, 'user' | 'hostName' | 'port'>): string {
	return `${target.user}@${target.hostName}:${target.port}`;
}

/** What a person types to let OpenSSH ask the question that a program without a terminal cannot. */
export function sshCommandFor(target: SshTarget): string {
	return target.configFile === undefined
		? `ssh ${target.alias}`
		: `ssh -F ${target.configFile} ${target.alias}`;
}
