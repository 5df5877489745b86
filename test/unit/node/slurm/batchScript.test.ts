import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { planJob } from '../../../../src/node/slurm/planJob';
import { PracticeHost } from '../../../support/practiceHost';
import type { HostSettings } from '../../../../src/core/hosts/hostDirectory';
import type { PreparedHost } from '../../../../src/node/runs/preparedHost';

const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

async function scriptFor(settings: HostSettings, runs = '/home/me/runs'): Promise<string> {
	const practice = await PracticeHost.create();
	const layout = {
		home: '/home/me',
		runs,
		envs: '/e',
		models: '/m',
		store: '/s',
		packages: '/home/me/it is/packages',
		python: 'python3',
	};
	const prepared: PreparedHost = {
		host: practice.host,
		settings: { scheduler: 'slurm', ...settings },
		layout,
		packageHash: 'abc',
		lockHash: 'def',
	};
	const planned = await planJob(prepared, runId, {});
	practice.dispose();
	if (!planned.ok) {
		throw planned.error;
	}
	return planned.value.script ?? '';
}

describe('the script of a job', () => {
	it('names the run, keeps the log, and saves before the time limit', async () => {
		const script = await scriptFor({});
		for (const option of [
			`--job-name=windsock-${runId}`,
			`--comment=${runId}`,
			`--output=/home/me/runs/${runId}/log.txt`,
			'--open-mode=append',
			'--requeue',
			'--signal=B:USR1@120',
		]) {
			expect(script).toContain(`#SBATCH ${option}\n`);
		}
		expect(script).not.toContain('WINDSOCK_RANKS_PER_NODE');
	});

	it('is bash, with the prelude as it stands and paths with blanks quoted', async () => {
		const script = await scriptFor({
			slurm: { prelude: 'module load cuda\nexport A="b c"\n', nodes: 2, gres: 'gpu:4' },
		});
		execFileSync('bash', ['-n'], { input: script });
		expect(script).toContain('module load cuda\nexport A="b c"\n');
		expect(script).toContain("'PYTHONPATH=/home/me/it is/packages/abc'");
		expect(script).toContain('export WINDSOCK_RANKS_PER_NODE=4\n');
	});

	it('goes into an image of Apptainer with GPUs and all that a run needs, quoted', async () => {
		const container = {
			kind: 'apptainer',
			image: '/images/a b.sif',
			mounts: ['/data/it is'],
		} as const;
		const script = await scriptFor({ hfHome: '~/hub', slurm: { container } });
		execFileSync('bash', ['-n'], { input: script });
		const mounts = ['/home/me/runs', '/e', '/m', '/s', "'/home/me/it is/packages'", '/home/me/hub'];
		const bound = [...mounts, "'/data/it is'"].map(place => `--bind ${place}`).join(' ');
		expect(script).toContain(`\napptainer exec --nv ${bound} '/images/a b.sif' \\\n\tenv `);
	});

	it('goes into an image of pyxis, and is put back by the script around it', async () => {
		const container = { kind: 'pyxis', image: 'nvcr.io#nvidia/pytorch:24.01' } as const;
		const script = await scriptFor({ slurm: { container } }, '/home/me/runs');
		execFileSync('bash', ['-n'], { input: script });
		expect(script).toContain("'--container-image=nvcr.io#nvidia/pytorch:24.01'");
		expect(script).toContain('--container-mounts=/home/me/runs:/home/me/runs,/e:/e,');
		expect(script).toContain('scontrol requeue "$SLURM_JOB_ID"');
	});

	it('refuses to mount what the words of a container cannot name', async () => {
		const container = { kind: 'apptainer', image: 'a.sif' } as const;
		await expect(scriptFor({ hfHome: '/a,b', slurm: { container } })).rejects.toMatchObject({
			code: 'slurmInvalid',
		});
	});

	it('refuses a run folder that Slurm would read as a pattern', async () => {
		await expect(scriptFor({}, '/home/%u/runs')).rejects.toMatchObject({ code: 'slurmInvalid' });
	});
});
