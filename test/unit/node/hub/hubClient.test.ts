import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageFor } from '../../../../src/core/base/errorMessages';
import { WindsockError } from '../../../../src/core/base/errors';
import { hubAddress } from '../../../../src/node/hub/hubAddress';
import { HubClient, type HubOptions } from '../../../../src/node/hub/hubClient';
import { clientOf } from '../../../support/hubPlaces';
import { PracticeHub } from '../../../support/hubServer';

const commit = 'c'.repeat(40);
const content = Buffer.alloc(5000, 'windsock ');
const file = { id: 'org/open', commit, path: 'data/été #1.bin', size: content.length };
const secret = 'hf_secretsecretsecret';
const never = new AbortController().signal;
const withToken = (value: string): Partial<HubOptions> => ({
	token: () => Promise.resolve({ value, source: 'HF_TOKEN' }),
});

let hub: PracticeHub;
beforeAll(async () => {
	hub = await PracticeHub.start();
	const files = { [file.path]: content };
	hub.add({ id: 'org/open', commit, files });
	hub.add({ id: 'org/old', commit, files, movedTo: 'org/open' });
	hub.add({ id: 'org/private', commit, files, token: secret });
	hub.add({ id: 'org/gated', commit, files, isGated: true });
});
afterAll(() => hub.stop());
beforeEach(() => {
	hub.requests.length = 0;
	hub.faults.length = 0;
	hub.hubFaults.length = 0;
});

async function failure(work: Promise<unknown>): Promise<WindsockError> {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (!WindsockError.is(error)) {
		throw new Error(`it did not fail as expected: ${String(error)}`);
	}
	return error;
}

describe('a client of the Hub', () => {
	it('reads a range from where the Hub sends it, and goes there again without asking', async () => {
		const client = clientOf(hub);
		expect(await client.read(file, 10, 30, never)).toEqual(content.subarray(10, 30));
		expect(await client.read(file, 4000, 5000, never)).toEqual(content.subarray(4000));
		expect(hub.requests.map(({ server, range }) => [server, range])).toEqual([
			['hub', 'bytes=10-29'],
			['files', 'bytes=10-29'],
			['files', 'bytes=4000-4999'],
		]);
	});

	it('asks for another address once the signed one no longer holds', async () => {
		const client = clientOf(hub);
		await client.read(file, 0, 10, never);
		hub.expireSignatures();
		expect(await client.read(file, 0, 10, never)).toEqual(content.subarray(0, 10));
	});

	it('sends the token to the Hub and to nobody else', async () => {
		const client = clientOf(hub, withToken(secret));
		const listing = await client.listing('org/private', undefined, never);
		await client.read({ ...file, id: listing.id }, 0, 10, never);
		const sent = hub.requests.map(({ server, authorization }) => [server, authorization]);
		expect(sent).toEqual([
			['hub', `Bearer ${secret}`],
			['hub', `Bearer ${secret}`],
			['files', undefined],
		]);
	});

	it('sends no token over a line that others can read', async () => {
		const seen: (string | null)[] = [];
		const client = new HubClient({
			address: hubAddress('http://hub.example'),
			token: () => Promise.resolve({ value: secret, source: 'HF_TOKEN' }),
			fetch: (_address, init) => {
				seen.push(new Headers(init?.headers).get('authorization'));
				return Promise.resolve(new Response('', { status: 404 }));
			},
		});
		expect((await failure(client.listing('org/name', undefined, never))).code).toBe('hubMissing');
		expect(seen).toEqual([null]);
	});

	it('does not follow to where what is sent could be read by others', async () => {
		const client = new HubClient({
			address: hubAddress('https://hub.example'),
			token: () => Promise.resolve(undefined),
			wait: () => Promise.resolve(),
			fetch: () =>
				Promise.resolve(new Response('', { status: 302, headers: { location: 'http://a.b/' } })),
		});
		const error = await failure(client.listing('org/name', undefined, never));
		expect(messageFor(error)).toContain('an address that is not safe (http://a.b)');
	});

	it('finds a dataset under its old name', async () => {
		expect((await clientOf(hub).listing('org/old', 'main', never)).id).toBe('org/open');
	});

	it.each([
		['org/private', undefined, undefined, 'hubTokenNeeded'],
		['org/private', undefined, 'hf_other', 'hubTokenRefused'],
		['org/nothing', undefined, undefined, 'hubTokenNeeded'],
		['org/open', 'v9', undefined, 'hubMissing'],
	] as const)('says why %s at %s is not shown', async (id, revision, token, code) => {
		const client = clientOf(hub, token === undefined ? {} : withToken(token));
		const error = await failure(client.listing(id, revision, never));
		expect(error.code).toBe(code);
		expect(messageFor(error)).toContain(revision ?? id);
		expect(messageFor(error)).not.toContain('hf_other');
	});

	it('says whose leave a gated dataset needs, and where to ask', async () => {
		const client = clientOf(hub, withToken(secret));
		const error = await failure(client.read({ ...file, id: 'org/gated' }, 0, 10, never));
		expect(error.code).toBe('hubAccessDenied');
		expect(messageFor(error)).toContain('Your request is awaiting a review.');
		expect(messageFor(error)).toContain(`${hub.address}/datasets/org/gated`);
		expect(messageFor(error)).not.toContain(secret);
	});

	it('says that a file is not there', async () => {
		const error = await failure(clientOf(hub).read({ ...file, path: 'no.jsonl' }, 0, 1, never));
		expect(messageFor(error)).toContain('“no.jsonl”');
	});

	it('waits as long as the Hub asks for, and says so when that is long', async () => {
		const waits: number[] = [];
		const wait = (milliseconds: number): Promise<void> => {
			waits.push(milliseconds);
			return Promise.resolve();
		};
		hub.hubFaults.push({ kind: 'status', status: 429, headers: { 'retry-after': '3' } });
		await clientOf(hub, { wait }).listing('org/open', 'main', never);
		expect(waits).toEqual([3000]);
		hub.hubFaults.push({ kind: 'status', status: 429, headers: { ratelimit: '"api";r=0;t=280' } });
		const error = await failure(clientOf(hub, { wait }).listing('org/open', 'main', never));
		expect(error.code).toBe('hubBusy');
		expect(messageFor(error)).toContain('Wait 280 seconds');
		expect(waits).toHaveLength(1);
	});

	it.each([
		{ kind: 'cut' },
		{ kind: 'stall' },
		{ kind: 'shifted' },
		{ kind: 'status', status: 503 },
	] as const)('tries once more after an answer that is no good: $kind', async fault => {
		hub.faults.push(fault);
		const bytes = await clientOf(hub, { stallMs: 300 }).read(file, 100, 4000, never);
		expect(bytes).toEqual(content.subarray(100, 4000));
	});

	it('takes the range out of a file that comes whole', async () => {
		hub.faults.push({ kind: 'whole' });
		expect(await clientOf(hub).read(file, 100, 200, never)).toEqual(content.subarray(100, 200));
	});

	it('gives up on a file that is shorter than the Hub said', async () => {
		const error = await failure(clientOf(hub).read({ ...file, size: 9000 }, 8000, 9000, never));
		expect(messageFor(error)).toContain('answered 416');
	});

	it('gives up after three attempts, with the reason', async () => {
		hub.faults.push({ kind: 'cut' }, { kind: 'cut' }, { kind: 'cut' });
		const error = await failure(clientOf(hub).read(file, 0, 4000, never));
		expect(error.code).toBe('hubFailed');
		expect(hub.requests.filter(({ server }) => server === 'files')).toHaveLength(3);
	});

	it('ends at once when nobody waits any more', async () => {
		hub.faults.push({ kind: 'stall' });
		const abort = new AbortController();
		const read = failure(clientOf(hub).read(file, 0, 10, abort.signal));
		await expect.poll(() => hub.requests.length).toBe(2);
		abort.abort();
		expect((await read).code).toBe('cancelled');
	});

	it('says that nobody answers', async () => {
		const gone = await PracticeHub.start();
		const client = clientOf(gone);
		await gone.stop();
		const error = await failure(client.listing('org/open', undefined, never));
		expect(messageFor(error)).toMatch(/could not be read \(.*ECONNREFUSED/);
	});

	it('takes only the address of a server', () => {
		expect(hubAddress('').href).toBe('https://huggingface.co/');
		expect(hubAddress('https://hub.example/mirror/').href).toBe('https://hub.example/mirror');
		for (const text of ['hub.example', 'file:///etc', 'https://me:word@hub.example']) {
			expect(() => hubAddress(text)).toThrow(WindsockError);
		}
	});
});
