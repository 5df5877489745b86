import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, makeKey, waitForPort } from './sshServer';

const program = '/usr/sbin/dropbear';
const convert = '/usr/bin/dropbearconvert';
/** Gives the server another home folder than the person's, whose keys are none of a test's business. */
const wrapper = globSync('/usr/lib/*/libnss_wrapper.so')[0];

/** Where these are missing, `npm test` says how to install them. */
export const hasDropbear = existsSync(program) && existsSync(convert) && wrapper !== undefined;

/** A throw-away dropbear on a loopback port: a server that is not OpenSSH. */
export class DropbearServer {
	#process: ChildProcess | undefined;

	private constructor(
		readonly folder: string,
		readonly port: number,
	) {}

	static async start(): Promise<DropbearServer> {
		const folder = mkdtempSync(join(tmpdir(), 'windsock-dropbear-'));
		const server = new DropbearServer(folder, await freePort());
		await server.#launch();
		return server;
	}

	/** An ssh config that knows the server by its key. */
	writeConfig(alias: string): string {
		const known = join(this.folder, 'known_hosts');
		const [type, key] = readFileSync(join(this.folder, 'host_key.pub'), 'utf8').split(' ');
		writeFileSync(known, `[127.0.0.1]:${this.port} ${type} ${key}\n`);
		const file = join(this.folder, 'ssh_config');
		const lines = [
			`Host ${alias}`,
			'HostName 127.0.0.1',
			`Port ${this.port}`,
			`User ${userInfo().username}`,
			`IdentityFile ${join(this.folder, 'client_key')}`,
			'IdentitiesOnly yes',
			'IdentityAgent none',
			`UserKnownHostsFile ${known}`,
			'GlobalKnownHostsFile /dev/null',
		];
		writeFileSync(file, `${lines.join('\n')}\n`);
		return file;
	}

	async stop(): Promise<void> {
		const running = this.#process;
		if (running !== undefined && running.exitCode === null && running.signalCode === null) {
			const ended = new Promise(resolve => running.once('exit', resolve));
			running.kill('SIGTERM');
			await ended;
		}
		rmSync(this.folder, { recursive: true, force: true });
	}

	async #launch(): Promise<void> {
		const at = (name: string): string => join(this.folder, name);
		makeKey(at('client_key'), 'ed25519');
		makeKey(at('host_key'), 'ed25519');
		execFileSync(convert, ['openssh', 'dropbear', at('host_key'), at('host_key.dropbear')], {
			stdio: 'ignore',
		});
		const { username, uid, gid, shell } = userInfo();
		const home = at('home');
		mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
		writeFileSync(join(home, '.ssh', 'authorized_keys'), readFileSync(at('client_key.pub')), {
			mode: 0o600,
		});
		writeFileSync(at('passwd'), `${username}:x:${uid}:${gid}::${home}:${shell ?? '/bin/sh'}\n`);
		writeFileSync(at('group'), `${username}:x:${gid}:\n`);
		const words = ['-F', '-E', '-s', '-r', at('host_key.dropbear'), '-P', at('pid')];
		this.#process = spawn(program, [...words, '-p', `127.0.0.1:${this.port}`], {
			stdio: 'ignore',
			env: {
				...process.env,
				LD_PRELOAD: wrapper ?? '',
				NSS_WRAPPER_PASSWD: at('passwd'),
				NSS_WRAPPER_GROUP: at('group'),
			},
		});
		await waitForPort(this.port, () => 'dropbear did not start');
	}
}
