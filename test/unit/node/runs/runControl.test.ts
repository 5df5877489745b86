import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gpuQueueFrom } from '../../../../src/node/runs/runControl';
import { windsockOn } from '../../../support/practiceCli';
import { PracticeHost, until } from '../../../support/practiceHost';

/** Stands in for the driver's program: one card that nobody uses. */
const nvidiaSmi = `#!/bin/sh
case "$*" in
*compute-apps*) ;;
*) echo "0, GPU-a, Stand-in, 1, 9.0, Disabled, 0, 80000, 3, 0, 30, 70" ;;
esac
`;

let practice: PracticeHost;
const before = { path: process.env['PATH'], look: process.env['WINDSOCK_GPU_LOOK_SECONDS'] };

beforeAll(async () => {
	practice = await PracticeHost.create();
	const programs = join(practice.folder, 'bin');
	mkdirSync(programs);
	writeFileSync(join(programs, 'nvidia-smi'), nvidiaSmi);
	chmodSync(join(programs, 'nvidia-smi'), 0o755);
	process.env['PATH'] = `${programs}:${before.path}`;
	process.env['WINDSOCK_GPU_LOOK_SECONDS'] = '0.2';
});

afterEach(async () => {
	for (const id of practice.runFolders) {
		await windsockOn(practice, ['stop', id]);
	}
});

afterAll(() => {
	process.env['PATH'] = before.path;
	if (before.look === undefined) {
		delete process.env['WINDSOCK_GPU_LOOK_SECONDS'];
	}
	practice.dispose();
});

/** What the supervisor of a run says now. */
function status(id: string): string {
	const file = practice.runFile(id, 'status.json');
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function json(...argv: string[]): Promise<Record<string, unknown>> {
	const said = await windsockOn(practice, [...argv, '--json']);
	expect(said.code, said.err).toBe(0);
	return JSON.parse(said.out) as Record<string, unknown>;
}

async function launched(...more: string[]): Promise<string> {
	const recipe = practice.recipe(['max_steps: 4000']);
	return String((await json('launch', recipe, ...more))['runId']);
}

async function stateOf(id: string): Promise<string | undefined> {
	const { runs } = (await json('runs')) as { runs: { id: string; state: string }[] };
	return runs.find(run => run.id === id)?.state;
}

describe('runs that share the GPUs of a host', () => {
	it('wait in line for them, are told with it, and start when they are free or when told to', async () => {
		const first = await launched('--gpus', '1', '--name', 'first');
		await until(() => status(first).includes('GPU-a'));
		const second = await launched('--gpu', 'GPU-a', '--name', 'second');
		const third = await launched('--gpus', '1', '--name', 'third');
		await until(() => status(third).includes('ahead'));
		expect(await stateOf(second)).toBe('queued');
		const queue = await json('queue', 'local');
		expect(queue).toMatchObject({
			gpus: [{ uuid: 'GPU-a', run: { id: first, name: 'first' } }],
			waiting: [
				{ id: second, wish: { uuids: ['GPU-a'] } },
				{ id: third, wish: { count: 1 } },
			],
		});
		const text = await windsockOn(practice, ['queue', 'local']);
		expect(text.out).toContain('The order binds your own runs only.');
		const { library, removal } = practice.services();
		const removed = await removal.delete(second);
		expect(removed.ok ? undefined : removed.error.code).toBe('runBusy');
		library.dispose();
		await json('start-now', third);
		await until(() => status(third).includes('"gpus"'));
		expect(await stateOf(second)).toBe('queued');
		await windsockOn(practice, ['stop', third]);
		await windsockOn(practice, ['stop', first]);
		await until(() => status(second).includes('"gpus"'));
		const again = await windsockOn(practice, ['start-now', second]);
		expect(again.code).toBe(1);
		expect(again.err).toContain('does not wait for GPUs');
	});
});

describe('a run that has ended', () => {
	it('goes on from its checkpoint, once', async () => {
		const recipe = practice.recipe(['max_steps: 20', 'save_steps: 10']);
		const id = String((await json('launch', recipe, '--wait'))['runId']);
		const missing = await windsockOn(practice, ['resume', id, '--from', '11']);
		expect(missing.code).toBe(1);
		expect(missing.err).toContain('There is no complete checkpoint of step 11');
		expect(missing.err).toContain('“windsock checkpoints” lists them');
		const resumed = await json('resume', id, '--wait');
		expect(resumed).toMatchObject({ run: { state: 'finished', attempt: 2 } });
	});

	it('does not begin anew by a resume where nothing of it is left to go on from', async () => {
		const recipe = practice.recipe(['max_steps: 20', 'save_steps: 10']);
		const id = String((await json('launch', recipe, '--wait'))['runId']);
		rmSync(practice.runFile(id, 'checkpoints'), { recursive: true });
		const said = await windsockOn(practice, ['resume', id]);
		expect(said.code).toBe(1);
		expect(said.err).toContain(`windsock launch --like ${id}`);
		expect(existsSync(practice.runFile(id, 'attempts/2'))).toBe(false);
	});

	it('is not resumed while it goes', async () => {
		const id = await launched();
		const said = await windsockOn(practice, ['resume', id]);
		expect(said.code).toBe(1);
		expect(said.err).toContain('still going');
	});
});

describe('the answer about a queue', () => {
	it('is read whatever a host may say', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (gpus, waiting) => {
				const queue = gpuQueueFrom({ gpus, waiting });
				for (const run of queue?.waiting ?? []) {
					expect(typeof run.name).toBe('string');
				}
			}),
			{ seed: 71, numRuns: 500 },
		);
	});
});
