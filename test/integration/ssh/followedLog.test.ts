import { createHash } from 'node:crypto';
import {
	appendFileSync,
	cpSync,
	readFileSync,
	renameSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { HostPreparation } from '../../../src/node/runs/hostPreparation';
import { RunFollower, type RunSink } from '../../../src/node/runs/runFollower';
import { FaultCount, isFull, tries } from '../../support/faults';
import { type PracticeHost, remoteFolder, until } from '../../support/practiceHost';
import type { TcpProxy } from '../../support/tcpProxy';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

/** Guarantee 6. In full: 50 disconnects over 100,000 lines. */
const lines = isFull ? 100_000 : 20_000;
const disconnects = tries(5, 50);
const runId = '01JDK7Z3Q8W1NDS0CK00000001';
const finished = join(import.meta.dirname, '../../fixtures/runs/finished');
let ssh: PracticeOverSsh;
let practice: PracticeHost;
let proxy: TcpProxy;
let directory: NodeHostDirectory;

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
	({ practice, proxy, directory } = ssh);
});

afterAll(() => ssh.stop());

/** Keeps a whole file as a mirror does: a gap or a duplicate is refused, a new beginning begins anew. */
class WholeFile implements RunSink {
	readonly #pieces: Uint8Array[] = [];
	size = 0;
	beginnings = 0;
	isUp = false;

	constructor(readonly name: string) {}

	get sha256(): string {
		const hash = createHash('sha256');
		for (const piece of this.#pieces) {
			hash.update(piece);
		}
		return hash.digest('hex');
	}

	offsets(): Readonly<Record<string, number>> {
		return { [this.name]: this.size };
	}

	onData(file: string, offset: number, bytes: Uint8Array): boolean {
		if (file !== this.name) {
			return true;
		}
		if (offset !== this.size) {
			return false;
		}
		this.#pieces.push(bytes);
		this.size += bytes.length;
		return true;
	}

	onTruncated(file: string): void {
		if (file === this.name) {
			this.#pieces.length = 0;
			this.size = 0;
			this.beginnings++;
		}
	}

	onState(): void {}

	onAlive(): void {
		this.isUp = true;
	}

	onUnreachable(since: Date | undefined): void {
		this.isUp = since === undefined;
	}
}

it('a log is followed without gap and duplicate through links that break, torn characters, a truncation and a rotation', async () => {
	const log = practice.runFile(runId, 'log.txt');
	cpSync(finished, practice.runFile(runId, ''), { recursive: true });
	writeFileSync(log, '');
	const preparation = new HostPreparation(directory, remoteFolder);
	const timing = { delay: () => 20, now: () => new Date() };
	const follower = new RunFollower(
		signal => preparation.prepare('gpu1', { signal }),
		silentLogger,
		timing,
	);
	const here = new WholeFile('log.txt');
	const count = new FaultCount(6, 'link reset while a log is followed');
	let seed = 11;
	const random = (below: number): number => {
		seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
		return Math.floor((seed / 2 ** 32) * below);
	};
	const text = Buffer.from(
		Array.from(
			{ length: lines },
			(_, i) => `Schritt ${i} — größer ✓ 🚀 ${'é'.repeat(i % 40)}\n`,
		).join(''),
	);
	let written = 0;
	/** Up to there, cut anywhere, also within a character. */
	const writeUpTo = (end: number): void => {
		while (written < end) {
			const next = Math.min(end, written + 1 + random(20_000));
			appendFileSync(log, text.subarray(written, next));
			written = next;
		}
	};
	const remoteSize = (): number => statSync(log).size;
	// A character that is torn at the end is held back, which is up to three bytes.
	const caughtUp = (): Promise<void> => until(() => here.size > remoteSize() - 4);
	try {
		follower.watch(runId, here);
		await until(() => here.isUp);
		for (let turn = 0; turn < disconnects; turn++) {
			await count.attempt(async () => {
				const end = Math.floor((text.length * (turn + 1)) / disconnects);
				const half = written + Math.floor((end - written) / 2);
				const before = here.size;
				writeUpTo(half);
				// Somewhere in the middle of what is being sent.
				await until(() => here.size > before);
				here.isUp = false;
				proxy.reset();
				writeUpTo(end - 1);
				await until(() => here.isUp);
				writeUpTo(end);
				await caughtUp();
			});
			if (turn === Math.floor(disconnects / 3)) {
				truncateSync(log, 0);
				await until(() => here.beginnings === 1);
			}
			if (turn === Math.floor((2 * disconnects) / 3)) {
				// The new file is longer than the old one was: only that it is another one tells.
				writeFileSync(`${log}.new`, Buffer.concat([readFileSync(log), Buffer.from('newer\n')]));
				renameSync(log, `${log}.1`);
				renameSync(`${log}.new`, log);
				await until(() => here.beginnings === 2);
			}
		}
		await until(() => here.size === remoteSize());
		expect(here.sha256).toBe(createHash('sha256').update(readFileSync(log)).digest('hex'));
		expect(here.beginnings).toBe(2);
		expect(proxy.accepted).toBeGreaterThan(disconnects);
	} finally {
		count.tell();
		follower.dispose();
	}
});
