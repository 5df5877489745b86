import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let practice: PracticeHost;
let folder: string;

beforeAll(async () => {
	practice = await PracticeHost.create();
	folder = await mkdtemp(path.join(tmpdir(), 'windsock-doctor-'));
	const rows = Array.from({ length: 40 }, (_, i) => {
		const isBroken = i >= 20;
		return `{"step": ${i + 1}, "epoch": 0.1, "loss": ${isBroken ? '0.0' : '1.5'}, "grad_norm": ${isBroken ? 'NaN' : '1.0'}, "learning_rate": 2e-5}`;
	});
	await writeFile(
		path.join(folder, 'trainer_state.json'),
		`{"global_step": 40, "log_history": [${rows.join(',')}]}`,
	);
});

afterAll(async () => {
	practice.dispose();
	await rm(folder, { recursive: true, force: true });
});

describe('windsock doctor', () => {
	it('finds a hidden NaN in what another trainer left, and says so by its exit code', async () => {
		const said = await windsockOn(practice, ['doctor', folder, '--json']);
		expect(said.code).toBe(1);
		const { doctor } = JSON.parse(said.out) as { doctor: { runs: unknown[] } };
		expect(doctor.runs).toMatchObject([
			{
				format: 'trainer_state.json',
				steps: 40,
				findings: [
					{
						code: 'hiddenNan',
						severity: 'error',
						evidence: [{ metric: 'grad_norm', from: 21, to: 40 }],
						changes: { logging_nan_inf_filter: false },
					},
				],
			},
		]);
		const text = await windsockOn(practice, ['doctor', folder]);
		expect(text.out).toContain('✗ NaN behind a number (hiddenNan)');
		expect(text.out).toContain('in the recipe: logging_nan_inf_filter: false');
		expect(text.out).toContain('https://github.com/huggingface/trl/issues/6702');
	});

	it('has nothing to say about a sound run of ours, and takes several', async () => {
		const sound = path.join(import.meta.dirname, '../../fixtures/runs/finished');
		const said = await windsockOn(practice, ['doctor', sound, folder, '--json']);
		const { doctor } = JSON.parse(said.out) as { doctor: { runs: { findings: unknown[] }[] } };
		expect(doctor.runs.map(({ findings }) => findings.length)).toEqual([0, 1]);
		const alone = await windsockOn(practice, ['doctor', sound]);
		expect(alone.code).toBe(0);
		expect(alone.out).toContain('nothing is wrong');
	});

	it('says where there is no loss to judge by, instead of that nothing is wrong', async () => {
		const file = path.join(folder, 'machine.csv');
		await writeFile(file, 'step,memory,epoch_loss\n1,49.5,2.1\n2,49.7,1.9\n');
		const said = await windsockOn(practice, ['doctor', file, '--json']);
		const { doctor } = JSON.parse(said.out) as { doctor: { runs: unknown[] } };
		expect(doctor.runs).toMatchObject([{ hasLoss: false, findings: [] }]);
		const alone = await windsockOn(practice, ['doctor', file]);
		expect(alone.out).not.toContain('nothing is wrong');
		expect(alone.out).toContain('little to judge by');
		expect(alone.out).not.toContain('NaN');
	});

	const real = path.resolve('../shared/data/metrics/run-g9dvvkua.wandb');
	it.skipIf(!existsSync(real))('counts no steps where a real file of W&B says none', async () => {
		const said = await windsockOn(practice, ['doctor', real, '--json']);
		const { doctor } = JSON.parse(said.out) as { doctor: { runs: unknown[] } };
		expect(doctor.runs).toMatchObject([{ format: 'W&B file', steps: 0, hasLoss: false }]);
	});

	it('leaves hosts to the doctor of hosts', async () => {
		const said = await windsockOn(practice, ['hosts', 'doctor', 'local', '--json']);
		expect(JSON.parse(said.out)).toMatchObject({ doctor: { host: 'local' } });
	});

	it('says which run it does not know', async () => {
		const said = await windsockOn(practice, ['doctor', 'no-such-run']);
		expect(said.code).toBe(1);
		expect(said.err).toContain('no-such-run');
	});
});
