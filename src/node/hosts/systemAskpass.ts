import { randomBytes, timingSafeEqual } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Disposable } from '../../core/base/disposable';

/** What ssh asks: its words, and what it expects (SSH_ASKPASS_PROMPT in ssh(1)). */
export interface AskpassQuestion {
	readonly prompt: string;
	/** `none`: a notice that stays until ssh takes it away, such as “touch your key”. */
	readonly kind: 'answer' | 'confirm' | 'none';
	/** Aborted when ssh no longer waits. */
	readonly signal: AbortSignal;
}

/** Undefined declines. */
export type Answerer = (question: AskpassQuestion) => Promise<string | undefined>;

/** Runs under this program's Node: passes the question on and prints the answer. */
const client = `'use strict';
const { connect } = require('node:net');
const { WINDSOCK_ASKPASS_SOCKET: path, WINDSOCK_ASKPASS_KEY: key } = process.env;
const question = { key, prompt: process.argv[2] || '', kind: process.env.SSH_ASKPASS_PROMPT || 'answer' };
const socket = connect(path, () => socket.write(JSON.stringify(question) + '\\n'));
let text = '';
socket.setEncoding('utf8');
socket.on('data', chunk => (text += chunk));
socket.on('error', () => process.exit(1));
socket.on('end', () => {
	const answer = text === '' ? undefined : JSON.parse(text);
	if (typeof answer !== 'string') process.exit(1);
	process.stdout.write(answer + '\\n', () => process.exit(0));
});
`;

/** ssh starts one program without arguments of ours, so a shell names the script for it. */
const starter = `#!/bin/sh
ELECTRON_RUN_AS_NODE=1 exec "$WINDSOCK_ASKPASS_NODE" "$WINDSOCK_ASKPASS_SCRIPT" "$1"
`;

/** Longest question taken. */
const maxQuestion = 64 * 1024;

/**
 * Answers what ssh asks, for one connection: over a unix socket in a private folder, and only to who
 * knows a key that was made for it. Answers go through the socket alone.
 */
export class SystemAskpass implements Disposable {
	readonly #key = randomBytes(24).toString('base64url');
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	private constructor(
		readonly folder: string,
		readonly answer: Answerer,
	) {
		this.#server = createServer({ allowHalfOpen: true }, socket => this.#serve(socket));
	}

	static async start(folder: string, answer: Answerer): Promise<SystemAskpass> {
		const askpass = new SystemAskpass(folder, answer);
		writeFileSync(join(folder, 'askpass'), starter, { mode: 0o700 });
		writeFileSync(join(folder, 'askpass.js'), client, { mode: 0o600 });
		await new Promise<void>((resolve, reject) => {
			askpass.#server.once('error', reject);
			askpass.#server.listen(join(folder, 'a'), resolve);
		});
		return askpass;
	}

	/** Variables for ssh. They hold no secret of a person. */
	get variables(): Readonly<Record<string, string>> {
		return {
			SSH_ASKPASS: join(this.folder, 'askpass'),
			SSH_ASKPASS_REQUIRE: 'force',
			// Clients before 8.4 ask this way only when they think there is a display.
			DISPLAY: process.env['DISPLAY'] ?? ':0',
			WINDSOCK_ASKPASS_SOCKET: join(this.folder, 'a'),
			WINDSOCK_ASKPASS_KEY: this.#key,
			WINDSOCK_ASKPASS_NODE: process.execPath,
			WINDSOCK_ASKPASS_SCRIPT: join(this.folder, 'askpass.js'),
		};
	}

	dispose(): void {
		this.#server.close();
		for (const socket of this.#sockets) {
			socket.destroy();
		}
	}

	#serve(socket: Socket): void {
		this.#sockets.add(socket);
		const gone = new AbortController();
		socket.on('error', () => socket.destroy());
		socket.on('close', () => {
			this.#sockets.delete(socket);
			gone.abort();
		});
		let text = '';
		socket.setEncoding('utf8');
		socket.on('data', (chunk: string) => {
			text += chunk;
			if (text.length > maxQuestion) {
				socket.destroy();
			} else if (text.includes('\n')) {
				socket.removeAllListeners('data').resume();
				void this.#reply(socket, text, gone.signal);
			}
		});
	}

	async #reply(socket: Socket, text: string, signal: AbortSignal): Promise<void> {
		const question = this.#question(text);
		const answer =
			question === undefined
				? undefined
				: await this.answer({ ...question, signal }).catch(() => undefined);
		socket.end(answer === undefined ? '' : JSON.stringify(answer));
	}

	#question(text: string): Omit<AskpassQuestion, 'signal'> | undefined {
		let said: { readonly key?: unknown; readonly prompt?: unknown; readonly kind?: unknown };
		try {
			said = JSON.parse(text) as typeof said;
		} catch {
			return undefined;
		}
		const { key, prompt, kind } = said;
		if (typeof key !== 'string' || typeof prompt !== 'string' || !this.#isKey(key)) {
			return undefined;
		}
		return { prompt, kind: kind === 'confirm' || kind === 'none' ? kind : 'answer' };
	}

	#isKey(key: string): boolean {
		const given = Buffer.from(key);
		const wanted = Buffer.from(this.#key);
		return given.length === wanted.length && timingSafeEqual(given, wanted);
	}
}
