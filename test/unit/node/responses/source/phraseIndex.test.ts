import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../../../src/core/responses/shuffle';
import { PhraseIndex } from '../../../../../src/node/responses/source/phraseIndex';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'windsock-phrases-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];

function open(path: string, signal = new AbortController().signal): Promise<PhraseIndex> {
	const progress = { report: (message: string) => void said.push(message) };
	return PhraseIndex.open(path, { cache: join(folder, 'cache'), progress, signal });
}

const words =
	'river stone house light water green quiet morning paper window the of and to in that is for it with'.split(
		' ',
	);

function sentence(random: () => number, length: number): string {
	return Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
}

test('a phrase of common words that was planted stands among the ten nearest, nearly always', async () => {
	const random = seededRandom(11);
	const planted: { row: number; phrase: string }[] = [];
	const lines = Array.from({ length: 3000 }, (_, row) => {
		let reply = sentence(random, 60);
		if (row % 100 === 50) {
			const phrase = sentence(random, 7);
			reply = `${sentence(random, 20)}. ${phrase}, ${sentence(random, 20)}`;
			planted.push({ row: row + 1, phrase });
		}
		return JSON.stringify({
			messages: [
				{ role: 'user', content: sentence(random, 10) },
				{ role: 'assistant', content: reply },
			],
		});
	});
	const path = join(folder, 'sft.jsonl');
	await writeFile(path, `${lines.join('\n')}\n`);
	const index = await open(path);
	let found = 0;
	for (const { row, phrase } of planted) {
		const hits = await index.find(phrase, 10);
		const hit = hits.find(one => one.row === row);
		found += hit ? 1 : 0;
		if (hit) {
			expect(hit).toMatchObject({ sharedWords: 7, phraseWords: 7, place: 'assistant', message: 1 });
		}
	}
	await index.close();
	expect(found).toBeGreaterThanOrEqual(0.95 * planted.length);
});

test('says on which side of a pair a phrase stands, and ignores case and punctuation', async () => {
	const path = join(folder, 'dpo.jsonl');
	const pair = {
		prompt: [{ role: 'user', content: 'Say something.' }],
		chosen: [{ role: 'assistant', content: 'A plain answer.' }],
		rejected: [{ role: 'assistant', content: 'Well — as a “Language Model”, I cannot.' }],
	};
	await writeFile(path, `${JSON.stringify(pair)}\n`);
	const index = await open(path);
	const [hit] = await index.find('As a language model I', 5);
	await index.close();
	expect(hit).toMatchObject({ row: 1, place: 'rejected', message: 2, sharedWords: 5 });
	expect(hit?.excerpt).toContain('Language Model');
});

test('an index is used again, and made anew for a file that changed, without leaving the old one', async () => {
	const path = join(folder, 'sft.jsonl');
	const line = (text: string): string =>
		`${JSON.stringify({ messages: [{ role: 'assistant', content: text }] })}\n`;
	await writeFile(path, line('the old words'));
	await (await open(path)).close();
	said.length = 0;
	await (await open(path)).close();
	expect(said).toEqual([]);
	await appendFile(path, line('a marmoset came by'));
	const index = await open(path);
	expect(said).not.toEqual([]);
	expect((await index.find('marmoset', 3)).map(({ row }) => row)).toEqual([2]);
	expect(await index.find('nowhere at all', 3)).toEqual([]);
	expect(await index.find('…!', 3)).toEqual([]);
	await index.close();
	expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
});

test('a broken index is made again, and a cancelled one leaves nothing', async () => {
	const path = join(folder, 'sft.jsonl');
	await writeFile(path, `${JSON.stringify({ text: 'some words here' })}\n`);
	await (await open(path)).close();
	const [name = ''] = await readdir(join(folder, 'cache'));
	await writeFile(join(folder, 'cache', name, 'segment-0.bin'), 'torn');
	const index = await open(path);
	expect(await index.find('words', 3)).toHaveLength(1);
	await index.close();
	await rm(join(folder, 'cache'), { recursive: true });
	await expect(open(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
	expect(await readdir(join(folder, 'cache'))).toEqual([]);
});
