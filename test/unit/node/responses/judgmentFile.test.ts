import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JudgmentFile, type KeptReply } from '../../../../src/node/responses/judging/judgmentFile';

const reply = (key: string): KeptReply => ({
	schemaVersion: 1,
	key,
	time: '',
	judge: 'lab',
	servedModel: '',
	reply: `says ${key}`,
	tokens: { prompt: 1, response: 1 },
});

it('loses no reply behind a line that a crash cut short', async () => {
	const root = await mkdtemp(join(tmpdir(), 'windsock-judgments-'));
	try {
		const first = await JudgmentFile.open<KeptReply>(root, 'lab');
		await first.add(reply('one'));
		await first.add(reply('two'));
		const path = join(root, 'judgments', 'lab.jsonl');
		await truncate(path, (await readFile(path)).length - 20);
		const second = await JudgmentFile.open<KeptReply>(root, 'lab');
		await second.add(reply('three'));
		await second.add(reply('four'));
		const last = await JudgmentFile.open<KeptReply>(root, 'lab');
		const known = ['one', 'two', 'three', 'four'].filter(key => last.get(key) !== undefined);
		expect(known).toEqual(['one', 'three', 'four']);
	} finally {
		await rm(root, { recursive: true });
	}
});
