import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { win32 } from 'node:path';
import { promisify } from 'node:util';

/** Where the `local` host's commands and files are: this machine, or its WSL on Windows. */
export interface LocalMachine {
	/** The POSIX shell: program and the arguments before the script. */
	readonly shell: { readonly file: string; readonly args: readonly string[] };
	/** Whether a command is a process group of this machine, which a signal reaches as a whole. */
	readonly hasProcessGroups: boolean;
	readonly home: string;
	/** A path of the host port as Node on this machine opens it. */
	nativePath(path: string): Promise<string>;
}

function expandHome(path: string, home: string): string {
	return path === '~' ? home : path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}

function posixMachine(): LocalMachine {
	const home = homedir();
	return {
		shell: { file: '/bin/sh', args: ['-c'] },
		hasProcessGroups: true,
		home,
		nativePath: path => Promise.resolve(expandHome(path, home)),
	};
}

/**
 * Windows: commands run in the default WSL distribution, files are reached through its share. Not
 * tested on Windows; aborting ends `wsl.exe`, which ends what runs under it.
 */
function wslMachine(): LocalMachine {
	let paths: Promise<{ home: string; root: string }> | undefined;
	const ask = async (): Promise<{ home: string; root: string }> => {
		const { stdout } = await promisify(execFile)(
			'wsl.exe',
			['-e', '/bin/sh', '-c', 'printf "%s\\n" "$HOME"; wslpath -w /'],
			{ cwd: homedir(), timeout: 20_000, windowsHide: true },
		);
		const [home = '', root = ''] = stdout.split(/\r?\n/);
		return { home, root };
	};
	return {
		shell: { file: 'wsl.exe', args: ['-e', '/bin/sh', '-c'] },
		hasProcessGroups: false,
		home: homedir(),
		nativePath: async path => {
			const { home, root } = await (paths ??= ask());
			return win32.join(root, ...expandHome(path, home).split('/'));
		},
	};
}

export function localMachine(platform: NodeJS.Platform = process.platform): LocalMachine {
	return platform === 'win32' ? wslMachine() : posixMachine();
}
