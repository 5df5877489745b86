import { afterEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import { WindsockError, type ErrorCode } from '../../../../src/core/base/errors';
import { silentLogger } from '../../../../src/core/base/logger';
import { err, ok, type Result } from '../../../../src/core/base/result';
import type { RunState } from '../../../../src/core/contract/runFiles.generated';
import type { Host, HostStream } from '../../../../src/core/hosts/host';
import { hostLayout } from '../../../../src/node/runs/hostLayout';
import type { PreparedHost } from '../../../../src/node/runs/preparedHost';
import { RunFollower, type RunSink } from '../../../../src/node/runs/runFollower';
import { until } from '../../../support/practiceHost';

const runDir = '/home/u/.windsock/runs/A';
const open: { dispose(): void }[] = [];

afterEach(() => {
	for (const thing of open.splice(0)) {
		thing.dispose();
	}
});

/** One `follow` process as the follower sees it. */
class ScriptedStream implements HostStream {
	readonly #data = new Emitter<Uint8Array>();
	readonly #close = new Emitter<{ code?: number | null }>();
	readonly onData = this.#data.event;
	readonly onError = new Emitter<Uint8Array>().event;
	readonly onClose = this.#close.event;
	readonly requests: Record<string, unknown>[] = [];
	disposed = false;

	write(data: Uint8Array | string): void {
		this.requests.push(JSON.parse(String(data)) as Record<string, unknown>);
	}
	end(): void {
		throw new Error('not expected');
	}
	dispose(): void {
		this.disposed = true;
	}
	sendBytes(bytes: Uint8Array): void {
		this.#data.fire(bytes);
	}
	send(frame: object): void {
		this.#data.fire(new TextEncoder().encode(`${JSON.stringify(frame)}\n`));
	}
	break(): void {
		this.#close.fire({});
	}
}

class Recorder implements RunSink {
	bytes = '';
	readonly states: string[] = [];
	readonly reachable: boolean[] = [];
	offsets(): Record<string, number> {
		return { 'metrics.jsonl': this.bytes.length, 'log.txt': 0 };
	}
	onData(_file: string, offset: number, bytes: Uint8Array): boolean {
		if (offset !== this.bytes.length) {
			return false;
		}
		this.bytes += new TextDecoder().decode(bytes);
		return true;
	}
	onTruncated(): void {
		this.bytes = '';
	}
	onState(state: RunState): void {
		this.states.push(state.state);
	}
	onAlive(): void {}
	onUnreachable(since: Date | undefined): void {
		this.reachable.push(since === undefined);
	}
}

function follower(streams: ScriptedStream[], failures: ErrorCode[] = []) {
	const prepared = {
		host: {
			name: 'gpu1',
			open: async () => {
				const failure = failures.shift();
				if (failure !== undefined) {
					return err(new WindsockError(failure, { host: 'gpu1' }));
				}
				const stream = new ScriptedStream();
				streams.push(stream);
				return ok(stream);
			},
		} as unknown as Host,
		settings: {},
		layout: hostLayout('/home/u', {}),
		packageHash: 'p',
		lockHash: 'l',
	} satisfies PreparedHost;
	const prepare = async (): Promise<Result<PreparedHost>> => ok(prepared);
	const made = new RunFollower(prepare, silentLogger, { delay: () => 1, now: () => new Date(0) });
	open.push(made);
	return made;
}

const data = (offset: number, text: string): object => ({
	run: runDir,
	file: 'metrics.jsonl',
	offset,
	next: offset + text.length,
	data: text,
});

describe('following', () => {
	it('comes back after a broken link and goes on at the byte where it was', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		follower(streams).watch('A', sink);
		await until(() => streams.length === 1);
		expect(streams[0]?.requests).toEqual([{ watch: runDir, metrics: 0, log: 0, files: {} }]);
		streams[0]?.send({ alive: 0 });
		streams[0]?.send(data(0, 'one\n'));
		streams[0]?.break();
		await until(() => streams.length === 2);
		expect(streams[1]?.requests).toEqual([{ watch: runDir, metrics: 4, log: 0, files: {} }]);
		streams[1]?.send({ alive: 0 });
		streams[1]?.send(data(4, 'two\n'));
		expect(sink.bytes).toBe('one\ntwo\n');
		expect(sink.reachable).toEqual([false, true]);
	});

	it('tries again when preparing the host throws', async () => {
		let tries = 0;
		const prepare = (): Promise<Result<PreparedHost>> =>
			Promise.reject(new Error(`no package ${++tries}`));
		const timing = { delay: () => 1, now: () => new Date(0) };
		const made = new RunFollower(prepare, silentLogger, timing);
		open.push(made);
		const sink = new Recorder();
		made.watch('A', sink);
		await until(() => tries >= 3);
		expect(sink.reachable[0]).toBe(false);
	});

	it('leaves a host that sends a line without an end', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		follower(streams).watch('A', sink);
		await until(() => streams.length === 1);
		for (let i = 0; i < 17 && streams[0]?.disposed === false; i++) {
			streams[0]?.sendBytes(new Uint8Array(1024 * 1024));
		}
		expect(streams[0]?.disposed).toBe(true);
		expect(sink.reachable).toEqual([false]);
		await until(() => streams.length === 2);
	});

	it('asks again instead of taking a gap or a duplicate', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		follower(streams).watch('A', sink);
		await until(() => streams.length === 1);
		streams[0]?.send(data(0, 'one\n'));
		streams[0]?.send(data(0, 'one\n'));
		streams[0]?.send(data(9, 'three\n'));
		expect(sink.bytes).toBe('one\n');
		expect(streams[0]?.requests.slice(1)).toEqual([
			{ watch: runDir, metrics: 4, log: 0, files: {} },
			{ watch: runDir, metrics: 4, log: 0, files: {} },
		]);
	});

	it('keeps trying while the host is away, and says since when', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		follower(streams, ['hostUnreachable', 'connectionLost', 'hostUnreachable']).watch('A', sink);
		await until(() => streams.length === 1);
		expect(sink.reachable).toEqual([false, false, false]);
		expect(sink.states).toEqual([]);
	});

	it('says for half an hour since when a host is away, and never that the run failed', async () => {
		const start = Date.UTC(2026, 0, 1, 10, 2);
		let minutes = 0;
		const prepare = async (): Promise<Result<PreparedHost>> =>
			err(new WindsockError('hostUnreachable', { host: 'gpu1' }));
		const timing = { delay: () => 0, now: () => new Date(start + minutes++ * 60_000) };
		const made = new RunFollower(prepare, silentLogger, timing);
		open.push(made);
		const since: number[] = [];
		const states: string[] = [];
		const sink = Object.assign(new Recorder(), {
			onUnreachable: (from: Date | undefined) => {
				since.push(from?.getTime() ?? 0);
				minutes++;
			},
			onState: (state: RunState) => states.push(state.state),
		});
		made.watch('A', sink);
		await until(() => minutes > 30);
		expect(new Set(since)).toEqual(new Set([start]));
		expect(states).toEqual([]);
	});

	it('never tries again by itself after a denial, only when asked', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		const made = follower(streams, ['authenticationFailed']);
		made.watch('A', sink);
		await until(() => sink.reachable.length === 1);
		await new Promise(resolve => setImmediate(resolve));
		expect(streams).toHaveLength(0);
		made.wake();
		await until(() => streams.length === 1);
	});

	it('ends the process on the host with the last watcher', async () => {
		const streams: ScriptedStream[] = [];
		const made = follower(streams);
		const first = made.watch('A', new Recorder());
		const second = made.watch('B', new Recorder());
		await until(() => streams.length === 1);
		second.dispose();
		expect(streams[0]?.requests.at(-1)).toEqual({ unwatch: '/home/u/.windsock/runs/B' });
		expect(streams[0]?.disposed).toBe(false);
		first.dispose();
		expect(streams[0]?.disposed).toBe(true);
	});

	it('takes lines that are no frames for what they are', async () => {
		const streams: ScriptedStream[] = [];
		const sink = new Recorder();
		follower(streams).watch('A', sink);
		await until(() => streams.length === 1);
		for (const frame of [
			[],
			7,
			{ run: 1 },
			{ run: runDir, file: 'x' },
			{ run: 'other', state: {} },
		]) {
			streams[0]?.send(frame as object);
		}
		streams[0]?.send(data(0, 'one\n'));
		expect(sink.bytes).toBe('one\n');
	});
});
