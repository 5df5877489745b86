import type { SshTarget } from './sshTarget';

/** Options that every call of the ssh program gets, whatever the person's config says. */
const always = [
	'ForwardAgent=no',
	'ForwardX11=no',
	'ClearAllForwardings=yes',
	'PermitLocalCommand=no',
	'RemoteCommand=none',
	'RequestTTY=no',
	'Tunnel=no',
	'ControlPersist=no',
	'ForkAfterAuthentication=no',
];

/** Keywords that clients before 8.7 do not know; without them the defaults are the same. */
const newer: ReadonlySet<string> = new Set(['ForkAfterAuthentication']);

function options(values: readonly string[]): readonly string[] {
	const unknown = values.map(value => value.split('=')[0] ?? '').filter(name => newer.has(name));
	return [
		...(unknown.length === 0 ? [] : ['-o', `IgnoreUnknown=${unknown.join(',')}`]),
		...values.flatMap(value => ['-o', value]),
	];
}

export interface DialOptions {
	/** Path of the control socket. */
	readonly control: string;
	/** Whether somebody can be asked. */
	readonly asks: boolean;
	/** Seconds between signs of life, of which three may be missed. */
	readonly every: number;
	/** Seconds. */
	readonly connectTimeout: number;
}

/** Words for a process that logs in and holds the connection; `-- HOST` comes after them. */
export function dialWords(target: SshTarget, dial: DialOptions): readonly string[] {
	return [
		...(target.configFile === undefined ? [] : ['-F', target.configFile]),
		'-M',
		'-S',
		dial.control,
		'-N',
		'-T',
		...options([
			...always,
			'LogLevel=INFO',
			`BatchMode=${dial.asks ? 'no' : 'yes'}`,
			`ServerAliveInterval=${dial.every}`,
			'ServerAliveCountMax=3',
			`ConnectTimeout=${dial.connectTimeout}`,
			// A key is never trusted without a word.
			...(target.strictHostKeyChecking === 'no' ? ['StrictHostKeyChecking=ask'] : []),
			...(target.jumps.length === 0 ? [] : [`ProxyJump=${target.jumps.join(',')}`]),
			...(target.given.user === undefined ? [] : [`User=${target.given.user}`]),
			...(target.given.port === undefined ? [] : [`Port=${target.given.port}`]),
		]),
	];
}

/**
 * Words for a channel of a connection that stands. It reads no config, and where the connection is
 * gone it fails instead of logging in anew.
 */
export function channelWords(control: string): readonly string[] {
	return [
		'-F',
		'none',
		'-S',
		control,
		'-T',
		...options(['ControlMaster=no', 'ProxyCommand=false', 'LogLevel=ERROR', 'BatchMode=yes']),
	];
}
