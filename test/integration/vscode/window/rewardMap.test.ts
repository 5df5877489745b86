import { describe, expect, it } from 'vitest';
import { contractVersion } from '../../../../src/core/contract/version';
import { testWindow } from '../../../support/bench/testWindow';
import type { TemporaryWorkspace } from '../../../support/bench/workspace';

const dpo = '01JDK7Z3Q8W1NDS0CK0000000D';
const maps = ['01JDK7Z3Q8W1NDS0CK0000000M', '01JDK7Z3Q8W1NDS0CK0000000N'];
const answers = ['A kite flies. It is light.', 'A hat.'];

/** A run that has ended, as its mirror has it. */
async function writeRun(
	workspace: TemporaryWorkspace,
	id: string,
	spec: object,
	reason = 'finished',
): Promise<void> {
	const folder = `.windsock/runs/${id}`;
	const state = reason === 'finished' ? 'finished' : 'failed';
	const runDir = `/nowhere/${id}`;
	const write = (name: string, record: object): Promise<void> =>
		workspace.write(`${folder}/${name}`, `${JSON.stringify(record)}\n`);
	await write('mirror.json', { hostName: 'local', runDir });
	await write('spec.json', {
		contractVersion,
		id,
		name: id.slice(-1),
		createdAt: '2026-11-22T08:00:00.000Z',
		environment: { lockHash: '0' },
		...spec,
	});
	await write('state.json', {
		runDir,
		id,
		state,
		reason,
		message: reason === 'finished' ? '' : 'Out of memory on the GPU.',
		attempt: 1,
		attempts: 1,
		sizes: { metrics: 0, log: 0 },
	});
	await write('complete.json', { attempt: 1, state });
}

describe('a reward map in a window', () => {
	const window = testWindow(async workspace => {
		const comparison = workspace.path('.windsock/comparisons/kites');
		const model = { ref: 'run:sft', kind: 'checkpoint', path: '/nowhere/sft', step: 9 };
		await writeRun(workspace, dpo, {
			kind: 'train',
			model,
			train: { method: 'dpo', arguments: { beta: 0.5 }, datasets: [] },
		});
		const scored = {
			policy: { label: 'dpo-4', source: { ref: `run:${dpo}@4`, kind: 'checkpoint' } },
		};
		const reference = { label: 'sft-9', source: model };
		const names = answers.map((_, i) => ({ promptId: `p${i}`, model: 'dpo', sample: 0 }));
		for (const [i, id] of maps.entries()) {
			const score = {
				...scored,
				reference,
				beta: 0.5,
				answers: { path: '/a', source: comparison, only: names[i] },
			};
			await writeRun(workspace, id, { kind: 'score', score }, i === 0 ? 'finished' : 'oom');
		}
		const tokens = ['A', ' kite', ' flies', '.', ' It', ' is', ' light', '.', '</s>'];
		const figures = {
			tokens,
			ids: tokens.map((_, i) => i),
			ending: 8,
			policy: [-0.1, -0.2, -3, -0.1, -1, -0.5, -0.25, -0.1, -0.1],
			again: [-0.1, -0.2, -3.01, -0.1, -1, -0.5, -0.25, -0.1, -0.1],
			reference: [-0.1, -2.2, -0.5, -0.1, -1.5, -0.5, -3.25, -0.1, -1.1],
			policyTop: tokens.map(text => [[text, -0.1]]),
			referenceTop: tokens.map(() => [[' hat', -0.2]]),
		};
		const line = JSON.stringify({ n: 1, ...names[0], ...figures });
		await workspace.write(`.windsock/runs/${maps[0]}/rewardMap.jsonl`, `${line}\n`);
		const folder = '.windsock/comparisons/kites';
		const models = [
			{ label: 'dpo', ref: `run:${dpo}@4` },
			{ label: 'sft', ref: 'run:sft@9' },
		];
		await workspace.write(
			`${folder}/comparison.json`,
			JSON.stringify({
				schemaVersion: 1,
				id: 'kites',
				name: 'kites',
				createdAt: '2026-11-22T10:00:00Z',
				promptsPath: '/p/kites.jsonl',
				models,
			}),
		);
		const prompt = (i: number): object => ({
			messages: [{ role: 'user', content: `Prompt ${i}?` }],
		});
		await workspace.write(
			`${folder}/prompts.jsonl`,
			answers.map((_, i) => `${JSON.stringify({ id: `p${i}`, ...prompt(i) })}\n`).join(''),
		);
		for (const { label } of models) {
			const rows = answers.map((response, promptIndex) =>
				JSON.stringify({
					promptId: `p${promptIndex}`,
					promptIndex,
					model: label,
					...prompt(promptIndex),
					response,
					finishReason: 'stop',
					tokens: {},
				}),
			);
			await workspace.write(`${folder}/responses/${label}.jsonl`, `${rows.join('\n')}\n`);
		}
		return {};
	});

	it('colours tokens, tells all about each by pointer and keys, and says why another answer has none', async () => {
		const { editor } = window;
		await editor.runCommand('Windsock: Open Comparison…');
		await editor.waitForQuickInput('Comparison');
		await editor.pick('kites');
		const frame = await editor.frameWith('[data-testid="lane-text-2"]');
		const at = (id: string): ReturnType<typeof frame.locator> =>
			frame.locator(`[data-testid="${id}"]`);
		// Names are hidden: a map would tell the model.
		expect(await at('map-toggle-1').count()).toBe(0);
		await editor.press('b');
		await at('map-toggle-1').click();
		await at('map-sum').waitFor();
		expect(await at('map-sum').innerText()).toBe('+4.00');
		expect(await at('map-meaning').innerText()).toContain('times β 0.5 it is the reward of DPO');
		const token = (i: number): ReturnType<typeof frame.locator> =>
			frame.locator(`[data-token="${i}"]`);
		expect(await token(1).getAttribute('class')).toContain('rd-plus-3');
		expect(await token(2).getAttribute('class')).toContain('rd-minus-4');
		expect(await token(3).getAttribute('class')).not.toMatch(/plus|minus/);
		await token(1).hover();
		expect(await at('map-tokens-detail').innerText()).toMatch(
			/“␣kite” \+2\.000 nats[\s\S]*“␣hat” 0\.819/,
		);
		await token(1).focus();
		await editor.press('ArrowRight');
		expect(await at('map-tokens-detail').innerText()).toContain('“␣flies” −2.500 nats ± 0.010');
		await at('map-beta').click();
		expect(await at('map-sum').innerText()).toBe('+2.00');
		await at('map-sentences').locator('summary').click();
		expect(await at('map-sentences').locator('tbody tr').allInnerTexts()).toEqual([
			'A kite flies.\t−0.250\t0.005',
			'It is light.\t+1.750\t0.000',
			'End of the answer\t+0.500\t0.000',
		]);
		await editor.screenshot('reward-map');
		await editor.press('j');
		await at('map-failed').waitFor();
		expect(await at('map-failed').innerText()).toContain('Out of memory on the GPU.');
		await at('map-toggle-2').click();
		await at('map-form').waitFor();
		await editor.press('i');
		await at('lane-text-2').waitFor();
	});
});
