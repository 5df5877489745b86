import type { Event } from '../base/emitter';
import type { Result } from '../base/result';
import type { RunEventHook } from '../contract/runFiles.generated';
import type { SlurmSettings } from './slurmSettings';
import type { Host, HostTransport } from './host';

/** Where things live on one host. Machine-scoped: a workspace cannot set it. */
export interface HostSettings {
	/** Default `~/.windsock/runs`. */
	readonly runRoot?: string;
	/** Default `~/.windsock/envs`. */
	readonly envRoot?: string;
	/** `HF_HOME` for runs; unset leaves the host's own. */
	readonly hfHome?: string;
	/** Interpreter for the environment (Python ≥ 3.10); unset: the newest found. */
	readonly python?: string;
	/** Lines for a login shell that every run there begins with, such as `module load cuda`. */
	readonly prelude?: string;
	/** Another host that this one is a second door to: they are one host, by that one's settings. */
	readonly sameAs?: string;
	/** Build of torch for the environment; unset: the one for the host's driver. */
	readonly torchBuild?: 'cu130' | 'cu126' | 'cpu';
	/**
	 * What carries the connection: `ssh2` inside this process, `system` for the machine's own ssh.
	 * Default `auto`: ssh2, unless the host needs what only OpenSSH can do.
	 */
	readonly transport?: 'auto' | 'ssh2' | 'system';
	/** Extra environment variables of runs, never secrets. */
	readonly variables?: Readonly<Record<string, string>>;
	/** Whom the host's supervisor tells what happens to a run, also when no client is there. */
	readonly onEvent?: RunEventHook;
	/** Runs become jobs of it; unset: they start on the host itself. */
	readonly scheduler?: 'slurm';
	/** What its jobs ask for, and how they begin. */
	readonly slurm?: SlurmSettings;
}

export interface HostEntry {
	readonly name: string;
	/** `local`, or `user@hostname:port` as ssh would resolve it. */
	readonly address: string;
	readonly source: 'local' | 'sshConfig';
	/** Other names of the same host, which its settings say are doors to it. */
	readonly also: readonly string[];
}

/** What a person must be asked while connecting. Every answer may be `undefined`: declined. */
export interface ConnectionPrompts {
	/** Unknown key; only `true` accepts, and it is then appended to known_hosts. */
	confirmHostKey(question: {
		readonly host: string;
		readonly address: string;
		readonly keyType: string;
		readonly fingerprint: string;
	}): Promise<boolean>;
	askSecret(question: {
		readonly host: string;
		readonly kind: 'passphrase' | 'password' | 'answer';
		readonly prompt: string;
		readonly echo: boolean;
		/** The same was asked before in this login, so that answer was wrong. */
		readonly isRepeated: boolean;
	}): Promise<string | undefined>;
	/** Something to do that takes no answer, such as to touch a key; gone when the signal aborts. */
	showNotice?(notice: {
		readonly host: string;
		readonly text: string;
		readonly signal: AbortSignal;
	}): Promise<void>;
}

/** The hosts a person can use. The same object is handed out per name, with one connection behind it. */
export interface HostDirectory {
	readonly onDidChange: Event<void>;
	entries(): Promise<readonly HostEntry[]>;
	/** Does not connect. Fails with `hostUnknown`. */
	get(name: string): Promise<Result<Host>>;
	settingsFor(name: string): HostSettings;
	/** What carries its connection, or would by what is known without connecting; undefined for `local`. */
	transportOf(name: string): Promise<HostTransport | undefined>;
	/** The host that a name is a door to; most are their own. */
	canonicalName(name: string): string;
}
