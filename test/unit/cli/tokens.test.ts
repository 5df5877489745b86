import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokensText, type ShownTokens } from '../../../src/cli/commands/tokensText';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

describe('windsock tokens', () => {
	let host: PracticeHost;

	beforeAll(async () => {
		host = await PracticeHost.create();
		host.trainForTrue();
		const pair = {
			prompt: [{ role: 'user', content: 'Hi' }],
			chosen: [{ role: 'assistant', content: 'Hello!' }],
			rejected: [{ role: 'assistant', content: 'No.' }],
		};
		const lines = [pair, { ...pair, chosen: [] }, { text: 'no pair' }];
		const path = join(host.workspace, 'pairs.jsonl');
		writeFileSync(path, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
		const recipe = ['method: dpo', 'dataset_path: pairs.jsonl', 'max_length: 20'];
		writeFileSync(join(host.workspace, 'dpo.yaml'), `${recipe.join('\n')}\n`);
	});

	afterAll(() => host?.dispose());

	const run = (...argv: string[]): ReturnType<typeof windsockOn> =>
		windsockOn(host, ['tokens', join(host.workspace, 'dpo.yaml'), ...argv]);

	it('shows both sides of a pair as the trainer on the host makes them', async () => {
		const { code, out } = await run('--row', '1', '--json');
		expect(code).toBe(0);
		const { tokens } = JSON.parse(out) as { readonly tokens: ShownTokens };
		expect(tokens).toMatchObject({ host: 'local', row: 1, method: 'dpo', maxLength: 20 });
		const learned = (tokens.sides ?? []).map(({ name, pieces, loss }) => [
			name,
			loss.map(([from, to]) => pieces.slice(from, to).join('')),
		]);
		expect(learned).toEqual([
			['chosen', ['Hello!</s>\n']],
			['rejected', ['No.</s>\n']],
		]);
	});

	it('says without a host of a row that training leaves out why it does', async () => {
		const { code, out } = await run('--row', '3');
		expect(code).toBe(1);
		expect(out).toContain('Training leaves this row out: not a preference pair');
	});

	it('says that there is no such row, and that a script shows none', async () => {
		const far = await run('--row', '9', '--json');
		expect(far.code).toBe(1);
		expect(JSON.parse(far.out)).toMatchObject({ error: { code: 'rowMissing' } });
		const script = join(host.workspace, 'script.yaml');
		writeFileSync(script, 'method: script\nscript: train.py\n');
		const refused = await windsockOn(host, ['tokens', script, '--row', '1', '--json']);
		expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'recipeInvalid' } });
	});
});

describe('tokens in a terminal', () => {
	const shown: ShownTokens = {
		recipe: 'sft.yaml',
		host: 'gpu1',
		dataset: 'rows.jsonl',
		row: 2,
		method: 'sft',
		changes: [],
		sides: [
			{
				name: 'text',
				text: '<u>a\u001b]0;b</s>',
				isExact: true,
				ids: [9, 1, 2, 3, 4],
				pieces: ['<u>', '', 'a', '\u001b]0;b', '</s>'],
				special: [
					{ at: 0, name: '<u>' },
					{ at: 4, name: '</s>' },
				],
				loss: [[2, 5]],
				start: 0,
				stop: 4,
				hasSeam: false,
				messages: [{ message: 0, role: 'assistant', start: 0, stop: 5 }],
			},
		],
		maxLength: 4,
		packing: null,
		isDropped: false,
	};

	it('underlines what carries loss, and dims what lies behind the cut', () => {
		const text = tokensText(shown, true);
		expect(text).toContain('\u001b[1m<u>\u001b[22m');
		expect(text).toContain('\u001b[4;32ma�]0;b\u001b[24;39m');
		expect(text).toContain('──── cut ────');
		expect(text).toContain('\u001b[2m\u001b[4;32m\u001b[1m</s>');
		expect(text).toContain('5 tokens of at most 4, 2 with loss, 1 cut');
	});

	it('has brackets where there are no colours, and obeys nothing that a row says', () => {
		const text = tokensText(shown, false);
		expect(text).toContain('<u>⟦a�]0;b⟧\n──── cut ────\n⟦</s>⟧');
		expect(text).not.toContain('\u001b');
		expect(text).toMatch(/assistant {2}5 tokens {2}2 with loss/);
	});

	it('says who refuses a row', () => {
		const refused = { by: 'template', reason: 'No system role' } as const;
		const { sides: _, ...head } = shown;
		expect(tokensText({ ...head, refused }, false)).toContain(
			'The chat template refuses it: No system role',
		);
	});
});
