import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { keepWindowOpen } from '../../../../src/node/hosts/channelWindow';
import { corkWrites } from '../../../../src/node/hosts/corkedWrites';

describe('what is written to a socket in one turn', () => {
	it('reaches it in one write, in order, and the next turn in another', async () => {
		const writes: string[] = [];
		const socket = new Writable({
			write: (chunk: Buffer, _, done) => {
				writes.push(chunk.toString());
				done();
			},
			writev: (chunks, done) => {
				writes.push(chunks.map(({ chunk }) => (chunk as Buffer).toString()).join(''));
				done();
			},
		});
		corkWrites(socket as never);
		for (const part of ['length ', 'content ', 'seal ']) {
			socket.write(Buffer.from(part));
		}
		expect(writes).toEqual([]);
		await new Promise(resolve => setImmediate(resolve));
		socket.write(Buffer.from('next'));
		await new Promise(resolve => setImmediate(resolve));
		expect(writes).toEqual(['length content seal ', 'next']);
	});
});

describe('the window of a channel', () => {
	/** A server that sends all it may, and a channel that counts as ssh2 does. */
	function channel(isFull: () => boolean) {
		let promised = 2 << 20;
		const adjusted: number[] = [];
		const self = {
			incoming: { window: promised },
			outgoing: { id: 7, state: 'open' },
			push: (_data: Buffer | null) => !isFull(),
		};
		keepWindowOpen(self, {
			channelWindowAdjust: (id: number, bytes: number) => {
				expect(id).toBe(7);
				adjusted.push(bytes);
				promised += bytes;
			},
		});
		const receive = (bytes: number): void => {
			promised -= bytes;
			self.incoming.window -= bytes;
			self.push(Buffer.alloc(bytes));
			expect(self.incoming.window).toBe(promised);
		};
		return { self, receive, adjusted, promised: () => promised };
	}

	it('is opened to 4 MiB and filled up again by a quarter of a MiB, not by half of it', () => {
		const { receive, adjusted, promised } = channel(() => false);
		expect(promised()).toBe(4 << 20);
		for (let i = 0; i < 64; i++) {
			receive(32 << 10);
			expect(promised()).toBeGreaterThan((4 << 20) - (256 << 10));
		}
		expect(adjusted).toEqual([2 << 20, ...Array.from({ length: 8 }, () => 256 << 10)]);
	});

	it('grows no more while the reader is full, nor after the end', () => {
		let isFull = true;
		const { self, receive, adjusted } = channel(() => isFull);
		receive(1 << 20);
		expect(adjusted).toEqual([2 << 20]);
		isFull = false;
		self.push(null);
		self.outgoing.state = 'closed';
		receive(1 << 10);
		expect(adjusted).toEqual([2 << 20]);
	});
});
