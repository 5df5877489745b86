import { describe, expect, it } from 'vitest';
import { RemoteError, Rpc, type Side } from '../../../src/protocol/rpc';
import { linkedPorts } from '../../support/linkedPorts';

interface Counter extends Side {
	requests: {
		add: { params: { by: number }; result: number };
		copy: { params: null; result: unknown };
	};
	notifications: { reset: { to: number } };
}
interface Silent extends Side {
	requests: Record<never, never>;
	notifications: Record<never, never>;
}

function pair() {
	const [left, right] = linkedPorts();
	let total = 0;
	const server = new Rpc<Counter, Silent>(
		left,
		{
			add: ({ by }) => {
				if (by < 0) {
					throw new Error('only upwards');
				}
				return (total += by);
			},
			copy: () => () => 'a function cannot be copied',
		},
		{ reset: ({ to }) => void (total = to) },
	);
	const client = new Rpc<Silent, Counter>(right, {}, {});
	return { server, client };
}

describe('Rpc', () => {
	it('holds what is sent until the other end is ready, then keeps the order', async () => {
		const { server, client } = pair();
		const answers = [client.request('add', { by: 2 }), client.request('add', { by: 3 })];
		client.notify('reset', { to: 10 });
		const last = client.request('add', { by: 1 });
		server.ready();
		expect(await Promise.all(answers)).toEqual([2, 5]);
		expect(await last).toBe(11);
	});

	it('rejects when the handler throws, with its message', async () => {
		const { server, client } = pair();
		server.ready();
		await expect(client.request('add', { by: -1 })).rejects.toThrow('only upwards');
	});

	it('rejects a request for a name that only Object knows', async () => {
		const { server, client } = pair();
		server.ready();
		const anyRequest = client.request.bind(client) as (m: string, p: unknown) => Promise<unknown>;
		await expect(anyRequest('constructor', {})).rejects.toThrow('unknown request');
	});

	it('rejects when the answer cannot be copied to the other end', async () => {
		const { server, client } = pair();
		server.ready();
		await expect(client.request('copy', null)).rejects.toBeInstanceOf(RemoteError);
	});

	it('rejects what is pending when it is disposed', async () => {
		const { client } = pair();
		const pending = client.request('add', { by: 1 });
		client.dispose();
		await expect(pending).rejects.toBeInstanceOf(RemoteError);
		await expect(client.request('add', { by: 1 })).rejects.toBeInstanceOf(RemoteError);
	});
});
