import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/base/logger';
import { createRunServices } from '../../../src/node/runs/runServices';
import { readTrainerRecipe, type TrainerRecipe } from '../../../src/node/tokens/trainerSpec';
import { remoteFolder } from '../../support/practiceHost';
import { PracticeOverSsh } from '../../support/practiceOverSsh';
import { valueOf } from '../../support/results';

/** The real trainer behind a real sshd. */
describe('what the trainer sees, on a host over ssh', () => {
	let over: PracticeOverSsh;
	let services: ReturnType<typeof createRunServices>;
	let recipe: TrainerRecipe;

	beforeAll(async () => {
		over = await PracticeOverSsh.start();
		const { practice, directory } = over;
		practice.trainForTrue();
		services = createRunServices({
			workspace: practice.workspace,
			hosts: directory,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
		});
		const path = join(practice.workspace, 'sft.yaml');
		const lines = ['method: sft', 'dataset_path: rows.jsonl', 'assistant_only_loss: true'];
		writeFileSync(path, `${lines.join('\n')}\n`);
		recipe = valueOf(await readTrainerRecipe(path));
	});

	afterAll(async () => {
		services?.trainers.dispose();
		services?.library.dispose();
		await over?.stop();
	});

	/** The words that carry loss. */
	async function learned(reply: string): Promise<string | undefined> {
		const messages = [
			{ role: 'user', content: 'Grüß dich 😀' },
			{ role: 'assistant', content: reply },
		];
		const trainers = await services.trainers.get();
		const options = { build: false, onProgress: () => {} };
		const row = JSON.stringify({ messages });
		const read = valueOf(await trainers.read(recipe, 'gpu1', row, options));
		if (read === 'environmentMissing') {
			throw new Error('the set-up made no environment');
		}
		const [side] = read.answer.sides ?? [];
		return side?.loss.map(([from, to]) => side.pieces.slice(from, to).join('')).join('|');
	}

	it('comes byte for byte, and for long examples too', async () => {
		expect(await learned('Schön — “so”.')).toBe('Schön — “so”.</s>');
		const long = 'Many words, and more of them. '.repeat(4000);
		expect(await learned(long)).toBe(`${long}</s>`);
	});

	it('is there again after the link broke', async () => {
		over.proxy.reset();
		expect(await learned('Here.')).toBe('Here.</s>');
	});
});
