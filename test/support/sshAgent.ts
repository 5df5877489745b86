import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A throw-away agent with a socket in this folder. */
export async function startAgent(
	folder: string,
	keys: readonly string[],
): Promise<{ readonly socket: string; readonly stop: () => void }> {
	const socket = join(folder, 'agent.sock');
	const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
	const env = { ...process.env, SSH_AUTH_SOCK: socket };
	// The socket is there before anybody listens on it: then `ssh-add` ends with 2.
	while (!existsSync(socket) || spawnSync('ssh-add', ['-l'], { env }).status === 2) {
		await new Promise(resolve => setTimeout(resolve, 10));
	}
	for (const key of keys) {
		execFileSync('ssh-add', ['-q', key], { env, stdio: 'ignore' });
	}
	return { socket, stop: () => void agent.kill() };
}
