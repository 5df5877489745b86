import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host, HostStream } from '../../../src/core/hosts/host';
import { errorOf, valueOf } from '../../support/results';

export async function until(condition: () => boolean, what: string): Promise<void> {
	const end = Date.now() + 15_000;
	while (!condition()) {
		if (Date.now() > end) {
			throw new Error(`waited in vain: ${what}`);
		}
		await new Promise(resolve => setTimeout(resolve, 10));
	}
}

const nastyWords = [
	'',
	' ',
	"it's",
	'"x"',
	'$(id)',
	'`id`',
	'a\nb\n',
	'\\',
	'-rf',
	'é漢🙂',
	'*',
	'~/x',
	'!1',
	'%s',
	'a;b&&c|d>e<f',
];

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

async function collect(stream: HostStream): Promise<{ text: string; code?: number | null }> {
	const chunks: Uint8Array[] = [];
	stream.onData(chunk => chunks.push(chunk));
	const { promise, resolve } = Promise.withResolvers<{ readonly code?: number | null }>();
	stream.onClose(resolve);
	const { code } = await promise;
	return { text: Buffer.concat(chunks).toString('utf8'), code };
}

/** What every implementation of the host port does, on a machine whose files the test can see. */
export function describeHostContract(
	name: string,
	make: () => Promise<Host>,
	{
		forwardsSockets = true,
		reapsWell = true,
	}: { readonly forwardsSockets?: boolean; readonly reapsWell?: boolean } = {},
): void {
	describe(`the host contract, ${name}`, () => {
		let host: Host;
		let folder: string;
		const at = (path: string): string => join(folder, path);

		beforeAll(async () => {
			folder = mkdtempSync(join(tmpdir(), "windsock contract ' "));
			host = await make();
		});
		afterAll(() => {
			host.dispose();
			rmSync(folder, { recursive: true, force: true });
		});

		describe('exec', () => {
			it('lets nasty words reach the program unchanged', async () => {
				const argv = ['/usr/bin/env', 'printf', '%s\\0', ...nastyWords];
				const output = valueOf(await host.exec(argv));
				expect(output.stdout.split('\0').slice(0, -1)).toEqual(nastyWords);
				expect(output).toMatchObject({ code: 0, stderr: '' });
			});

			it('refuses words that no program can be given', async () => {
				for (const argv of [[], ['echo', 'a\0b'], ['-x'], ['echo', 'x'.repeat(300_000)]]) {
					expect(errorOf(await host.exec(argv)).code).toBe('remoteCommandFailed');
				}
			});

			it('tells the exit code, the signal and both outputs apart', async () => {
				const script = 'echo out; echo err >&2; exit 7';
				expect(valueOf(await host.exec(['sh', '-c', script]))).toEqual({
					code: 7,
					stdout: 'out\n',
					stderr: 'err\n',
				});
				const killed = valueOf(await host.exec(['sh', '-c', 'kill -KILL $$']));
				expect(killed).toMatchObject({ code: null, signal: 'SIGKILL' });
				expect(valueOf(await host.exec(['no-such-program-here'])).code).toBe(127);
			});

			it('gives standard input and closes it', async () => {
				const bytes = randomBytes(3_000_000);
				const output = valueOf(await host.exec(['sha256sum'], { stdin: bytes }));
				const hash = createHash('sha256').update(bytes).digest('hex');
				expect(output.stdout.split(' ')[0]).toBe(hash);
				expect(valueOf(await host.exec(['cat'])).stdout).toBe('');
			});

			it('starts in the home folder', async () => {
				const output = valueOf(await host.exec(['sh', '-c', 'test "$(pwd -P)" -ef "$HOME"']));
				expect(output.code).toBe(0);
			});

			it('ends a command that writes more than was asked for', async () => {
				const error = errorOf(await host.exec(['yes'], { maxOutput: 100_000 }));
				expect(error.code).toBe('remoteCommandFailed');
				expect(error.details['reason']).toMatch(/100000 bytes/);
			});

			it('ends the command and its children when it is aborted', async () => {
				const controller = new AbortController();
				const script = `sleep 300 & echo $! > '${at('child').replaceAll("'", `'\\''`)}'; wait`;
				const running = host.exec(['sh', '-c', script], { signal: controller.signal });
				await until(() => sizeOf(at('child')) > 1, 'the child');
				const pid = Number(readFileSync(at('child'), 'utf8'));
				expect(isAlive(pid)).toBe(true);
				controller.abort();
				expect(errorOf(await running).code).toBe('cancelled');
				await until(() => !isAlive(pid), 'the end of the child');
			});

			it('ends a command that ignores the polite signal', async () => {
				const controller = new AbortController();
				const script = `trap '' TERM; echo $$ > "$1"; while :; do sleep 1; done`;
				const argv = ['sh', '-c', script, 'sh', at('stubborn')];
				const running = host.exec(argv, { signal: controller.signal });
				await until(() => sizeOf(at('stubborn')) > 1, 'the command');
				const pid = Number(readFileSync(at('stubborn'), 'utf8'));
				controller.abort();
				expect(errorOf(await running).code).toBe('cancelled');
				await until(() => !isAlive(pid), 'the end of the command');
			});

			it.skipIf(!reapsWell)('runs many commands at once', async () => {
				const numbers = Array.from({ length: 12 }, (_, i) => String(i));
				const outputs = await Promise.all(numbers.map(n => host.exec(['echo', n])));
				expect(outputs.map(output => valueOf(output).stdout.trim())).toEqual(numbers);
			});
		});

		describe('open', () => {
			it('carries bytes both ways until the input is closed', async () => {
				const stream = valueOf(await host.open(['cat']));
				const all = collect(stream);
				stream.write('eins ');
				stream.write(new TextEncoder().encode('zwei'));
				stream.end();
				expect(await all).toEqual({ text: 'eins zwei', code: 0 });
			});

			it('keeps what was written before the first subscription', async () => {
				const stream = valueOf(await host.open(['sh', '-c', 'echo early; echo err >&2; exit 3']));
				let errors = '';
				stream.onError(chunk => (errors += Buffer.from(chunk).toString()));
				expect(await collect(stream)).toEqual({ text: 'early\n', code: 3 });
				expect(errors).toBe('err\n');
			});

			it('ends the command when it is disposed or aborted', async () => {
				const controller = new AbortController();
				for (const [file, end] of [
					['disposed', (stream: HostStream) => stream.dispose()],
					['aborted', () => controller.abort()],
				] as const) {
					const argv = ['sh', '-c', 'echo $$ > "$1"; sleep 300', 'sh', at(file)];
					const stream = valueOf(await host.open(argv, { signal: controller.signal }));
					const closed = collect(stream);
					await until(() => sizeOf(at(file)) > 1, 'the command');
					const pid = Number(readFileSync(at(file), 'utf8'));
					end(stream);
					await until(() => !isAlive(pid), 'the end of the command');
					await closed;
				}
			});
		});

		describe('files', () => {
			it('writes whole files with their mode and makes missing folders', async () => {
				const path = at('a/b c/d.txt');
				valueOf(await host.writeFile(path, 'grüß\n', { mode: 0o640 }));
				expect(readFileSync(path, 'utf8')).toBe('grüß\n');
				expect(statSync(path).mode & 0o777).toBe(0o640);
				valueOf(await host.writeFile(path, new Uint8Array(0)));
				expect(statSync(path).size).toBe(0);
				expect(statSync(path).mode & 0o777).toBe(0o600);
				const left = valueOf(await host.list(at('a/b c')));
				expect(left.map(entry => entry.name)).toEqual(['d.txt']);
			});

			it('moves 32 MiB both ways without changing a byte and tells the progress', async () => {
				const bytes = randomBytes(32 * 1024 * 1024);
				const local = at('local.bin');
				writeFileSync(local, bytes);
				const seen: number[] = [];
				const onProgress = (moved: number, total: number): void => {
					expect(total).toBe(bytes.length);
					seen.push(moved);
				};
				valueOf(await host.upload(local, at('up/remote.bin'), { onProgress, mode: 0o600 }));
				expect(seen.at(-1)).toBe(bytes.length);
				valueOf(await host.download(at('up/remote.bin'), at('down/back.bin'), { onProgress }));
				expect(Buffer.compare(readFileSync(at('down/back.bin')), bytes)).toBe(0);
				const range = valueOf(await host.readFrom(at('up/remote.bin'), 1_000_001, 2_000_003));
				const part = bytes.subarray(1_000_001, 3_000_004);
				expect(Buffer.compare(Buffer.from(range), part)).toBe(0);
			});

			it('moves empty files', async () => {
				writeFileSync(at('empty'), '');
				valueOf(await host.upload(at('empty'), at('empty-there')));
				valueOf(await host.download(at('empty-there'), at('empty-back')));
				expect(statSync(at('empty-back')).size).toBe(0);
			});

			it('reads from an offset up to the end and nothing beyond it', async () => {
				writeFileSync(at('lines'), '0123456789');
				const read = async (offset: number, length: number): Promise<string> =>
					Buffer.from(valueOf(await host.readFrom(at('lines'), offset, length))).toString();
				expect(await read(0, 4)).toBe('0123');
				expect(await read(7, 100)).toBe('789');
				expect(await read(10, 5)).toBe('');
				expect(await read(99, 5)).toBe('');
			});

			it('describes and lists what is there', async () => {
				valueOf(await host.writeFile(at('list/b'), 'xx'));
				valueOf(await host.writeFile(at('list/a dir/x'), ''));
				valueOf(await host.exec(['ln', '-s', 'b', at('list/c link')]));
				const entries = valueOf(await host.list(at('list')));
				expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
					['a dir', 'directory'],
					['b', 'file'],
					['c link', 'link'],
				]);
				expect(valueOf(await host.stat(at('list/c link')))).toMatchObject({
					kind: 'file',
					size: 2,
				});
				const { mtime = 0 } = valueOf(await host.stat(at('list/b'))) ?? {};
				expect(mtime).toBe(Math.floor(statSync(at('list/b')).mtimeMs / 1000));
				expect(valueOf(await host.stat(at('nothing')))).toBeUndefined();
			});

			it('removes a file, a folder with all in it, and nothing without complaint', async () => {
				valueOf(await host.writeFile(at('gone/deep/-file'), 'x'));
				valueOf(await host.writeFile(at('kept/file'), 'x'));
				valueOf(await host.exec(['ln', '-s', at('kept'), at('gone/link')]));
				valueOf(await host.remove(at('gone')));
				valueOf(await host.remove(at('gone')));
				expect(valueOf(await host.stat(at('gone')))).toBeUndefined();
				expect(statSync(at('kept/file')).size).toBe(1);
			});

			it('never removes the root or the home folder', async () => {
				for (const path of ['/', '//', '/./', '~', '~/', '~/.', '~/..', '/tmp/..']) {
					expect(errorOf(await host.remove(path)).code).toBe('remoteAccessDenied');
				}
			});

			it('takes ~/ for the home folder', async () => {
				const name = `.windsock-contract-${randomBytes(6).toString('hex')}`;
				valueOf(await host.writeFile(`~/${name}`, 'here'));
				try {
					const output = valueOf(await host.exec(['sh', '-c', 'cat "$HOME/$1"', 'sh', name]));
					expect(output.stdout).toBe('here');
				} finally {
					valueOf(await host.remove(`~/${name}`));
				}
				expect(valueOf(await host.stat(`~/${name}`))).toBeUndefined();
			});

			it('names what is missing, denied or no path at all', async () => {
				expect(errorOf(await host.readFrom(at('no'), 0, 1))).toMatchObject({
					code: 'remoteFileMissing',
					details: { path: at('no'), host: host.name },
				});
				expect(errorOf(await host.list(at('no'))).code).toBe('remoteFileMissing');
				expect(errorOf(await host.download(at('no'), at('x'))).code).toBe('remoteFileMissing');
				expect(errorOf(await host.upload(at('no'), at('x'))).code).toBe('fileMissing');
				for (const path of ['relative', 'a\0b', '~user/x', '']) {
					expect(errorOf(await host.stat(path)).code).toBe('remoteFileMissing');
				}
			});

			it.skipIf(process.getuid?.() === 0)('names a folder without rights', async () => {
				valueOf(await host.writeFile(at('locked/x'), ''));
				chmodSync(at('locked'), 0o500);
				expect(errorOf(await host.writeFile(at('locked/y'), '')).code).toBe('remoteAccessDenied');
				chmodSync(at('locked'), 0o700);
			});

			it('leaves nothing behind when a transfer is aborted', async () => {
				writeFileSync(at('big'), randomBytes(8_000_000));
				const controller = new AbortController();
				const onProgress = (): void => controller.abort();
				const options = { signal: controller.signal, onProgress };
				const path = at('cut/target');
				expect(errorOf(await host.upload(at('big'), path, options)).code).toBe('cancelled');
				expect(valueOf(await host.list(at('cut')))).toEqual([]);
			});
		});

		it('ends every operation with cancelled when its signal is aborted', async () => {
			const signal = AbortSignal.abort();
			writeFileSync(at('source'), 'x');
			const results = await Promise.all([
				host.exec(['echo'], { signal }),
				host.open(['cat'], { signal }),
				host.upload(at('source'), at('x'), { signal }),
				host.download(at('source'), at('y'), { signal }),
				host.readFrom(at('source'), 0, 1, { signal }),
				host.writeFile(at('z'), 'z', { signal }),
				host.list(at(''), { signal }),
				host.stat(at('source'), { signal }),
				host.remove(at('source'), { signal }),
				host.forward({ kind: 'tcp', port: 1 }, { signal }),
			]);
			expect(results.map(result => errorOf(result).code)).toEqual(results.map(() => 'cancelled'));
			expect(statSync(at('source')).size).toBe(1);
			expect(sizeOf(at('x')) + sizeOf(at('y')) + sizeOf(at('z'))).toBe(-3);
		});

		describe('forward', () => {
			let echo: Server;
			const answer = async (port: number): Promise<string> => {
				const socket = createConnection(port, '127.0.0.1');
				const chunks: Buffer[] = [];
				socket.on('data', chunk => chunks.push(chunk));
				const closed = new Promise(resolve => socket.once('close', resolve));
				socket.on('error', () => {});
				socket.end('ping');
				await closed;
				return Buffer.concat(chunks).toString();
			};
			beforeAll(() => {
				echo = createServer({ allowHalfOpen: true }, socket => {
					socket.on('data', data => socket.write(`echo ${data.toString()}`));
					socket.on('end', () => socket.end());
					socket.on('error', () => {});
				});
			});
			afterAll(() => void echo.close());

			const kinds = forwardsSockets ? (['tcp', 'unix'] as const) : (['tcp'] as const);
			it.each(kinds)('joins a loopback port to a %s service', async kind => {
				const path = join(mkdtempSync(join(tmpdir(), 'ws-')), 's');
				const service = createServer({ allowHalfOpen: true }, socket =>
					echo.emit('connection', socket),
				);
				await new Promise<void>(resolve =>
					kind === 'tcp' ? service.listen(0, '127.0.0.1', resolve) : service.listen(path, resolve),
				);
				const address = service.address();
				const port = typeof address === 'object' && address !== null ? address.port : 0;
				const target = kind === 'tcp' ? { kind, port } : { kind, path };
				const forward = valueOf(await host.forward(target));
				expect(await Promise.all([answer(forward.port), answer(forward.port)])).toEqual([
					'echo ping',
					'echo ping',
				]);
				service.close();
				await new Promise(resolve => setImmediate(resolve));
				// Nothing listens any more: the connection ends, it does not hang.
				expect(await answer(forward.port)).toBe('');
				forward.dispose();
				await expect(
					new Promise((resolve, reject) => {
						createConnection(forward.port, '127.0.0.1').on('error', reject).on('connect', resolve);
					}),
				).rejects.toThrow(/ECONNREFUSED/);
				rmSync(join(path, '..'), { recursive: true, force: true });
			});
		});

		it('is connected after it was used', () => {
			expect(host.linkState).toBe('connected');
		});
	});
}

/** Size of a file, -1 when there is none. */
function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}
