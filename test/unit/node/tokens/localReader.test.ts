import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenizerFiles } from '../../../../src/core/tokens/tokenizerFiles';
import { LocalReader } from '../../../../src/node/tokens/localReader';
import { shippedTokenizer, TokenizerStore } from '../../../../src/node/tokens/tokenizerStore';
import { remoteFolder } from '../../../support/practiceHost';

const workerFile = join(import.meta.dirname, '../../../../dist/workers/tokensWorker.js');
const row = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }] });

async function shipped(): Promise<TokenizerFiles> {
	const files = await shippedTokenizer(remoteFolder);
	if (!files) {
		throw new Error('it is not shipped');
	}
	return files;
}

describe('a tokenizer in a thread of this machine', () => {
	let reader: LocalReader | undefined;

	afterEach(() => reader?.dispose());

	async function read(template?: string, method: 'sft' | 'dpo' = 'sft'): Promise<unknown> {
		reader = new LocalReader(workerFile, { files: await shipped(), template, method });
		return reader.read(row);
	}

	it('says text, ids and special tokens of a row', async () => {
		expect(await read()).toEqual({
			kind: 'sides',
			sides: [
				{
					name: 'text',
					text: '<|user|>\nHi</s>\n',
					ids: [4, 204, 45, 78, 2, 204],
					pieces: ['<|user|>', '\n', 'H', 'i', '</s>', '\n'],
					special: [
						{ at: 0, name: '<|user|>' },
						{ at: 4, name: '</s>' },
					],
				},
			],
		});
	});

	it('says how the template refuses a row, in its own words', async () => {
		const reading = await read("{{ raise_exception('No system here') }}");
		expect(reading).toMatchObject({ kind: 'refused' });
		expect(JSON.stringify(reading)).toContain('No system here');
	});

	it('leaves to the host what only the host can say', async () => {
		expect(await read(undefined, 'dpo')).toEqual({ kind: 'unknown' });
	});

	it('leaves everything to the host when it cannot read the template, now and later', async () => {
		expect(await read('{% if %}')).toEqual({ kind: 'unknown' });
		expect(await reader?.read(row)).toEqual({ kind: 'unknown' });
	});

	it('gives up on a row that takes too long', async () => {
		const loops =
			'{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}';
		const files = await shipped();
		reader = new LocalReader(workerFile, { files, template: loops, method: 'sft' }, 300);
		expect(await reader.read(row)).toEqual({ kind: 'unknown' });
	});
});

describe('tokenizers kept on this machine', () => {
	let folder: string;
	let store: TokenizerStore;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'windsock-tokenizers-'));
		store = new TokenizerStore(folder);
	});

	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it('are found again by what they were kept for', async () => {
		const files = await shipped();
		await store.keep('a model', { hash: 'h', files });
		expect(await store.find('a model')).toEqual({ hash: 'h', files });
		expect(await store.find('another')).toBeUndefined();
	});

	it('count as not there when they are broken', async () => {
		await store.keep('a model', { hash: 'h', files: await shipped() });
		const [name = ''] = await readdir(folder);
		await writeFile(join(folder, name), '{"hash": "h", "files": {"tokenizer"');
		expect(await store.find('a model')).toBeUndefined();
	});

	it('are a dozen at most', async () => {
		const files = await shipped();
		for (let n = 0; n < 14; n++) {
			await store.keep(`model ${n}`, { hash: 'h', files });
		}
		expect(await readdir(folder)).toHaveLength(12);
		expect(await store.find('model 13')).toBeDefined();
	});
});
