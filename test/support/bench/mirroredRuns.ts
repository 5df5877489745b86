import type { TemporaryWorkspace } from './workspace';

/** A line of metrics.jsonl with what a test does not care about left out. */
export interface WrittenLine {
	readonly step: number;
	readonly kind: 'train' | 'eval' | 'marker' | 'system';
	readonly values: Readonly<Record<string, number | string>>;
	readonly label?: string;
}

export interface WrittenRun {
	/** Two digits or letters at the end of its id. */
	readonly mark: string;
	readonly name: string;
	readonly method: 'sft' | 'dpo';
	readonly lines: readonly WrittenLine[];
	/** Its recipe as it was at launch. */
	readonly recipe?: { readonly path: string; readonly text: string };
	/** Mark of the run whose last checkpoint it began as. */
	readonly after?: string;
	/** What its log says. */
	readonly log?: string;
}

export function runId({ mark }: Pick<WrittenRun, 'mark'>): string {
	return `01JDK7Z3Q8W1NDS0CK000000${mark}`;
}

/** Writes a finished run into the mirror of a workspace, as following it from its host would. */
export async function writeRun(workspace: TemporaryWorkspace, run: WrittenRun): Promise<void> {
	const id = runId(run);
	const contractVersion = '1.0';
	const maxSteps = run.lines.at(-1)?.step ?? 1;
	const write = (name: string, value: unknown): Promise<void> =>
		workspace.write(`.windsock/runs/${id}/${name}`, `${JSON.stringify(value)}\n`);
	const metrics = run.lines.map((line, i) =>
		JSON.stringify({
			n: i + 1,
			attempt: 1,
			epoch: line.step / 100,
			time: line.step * 1.5,
			wall: 1_795_334_480 + line.step * 1.5,
			...line,
		}),
	);
	await workspace.write(`.windsock/runs/${id}/metrics.jsonl`, `${metrics.join('\n')}\n`);
	const log = run.log ?? 'loading the model\n';
	await workspace.write(`.windsock/runs/${id}/log.0.txt`, log);
	const sizes = { metrics: Buffer.byteLength(metrics.join('\n')) + 1, log: Buffer.byteLength(log) };
	const state = { contractVersion, runDir: `/nowhere/${id}`, id, state: 'finished', sizes };
	await write('state.json', {
		...state,
		reason: 'finished',
		message: 'Finished.',
		attempt: 1,
		attempts: 1,
		step: maxSteps,
		maxSteps,
		epoch: maxSteps / 100,
	});
	// All of it has come over, so that no host is asked.
	await write('complete.json', { attempt: 1, state: 'finished' });
	await write('mirror.json', { hostName: 'local', runDir: `/nowhere/${id}` });
	await write('status.json', {
		contractVersion,
		state: 'finished',
		phase: 'training',
		message: 'Finished.',
		attempt: 1,
		step: maxSteps,
		maxSteps,
		epoch: maxSteps / 100,
		heartbeat: 1,
		uptime: 1000,
	});
	await write('exit.json', {
		contractVersion,
		attempt: 1,
		code: 0,
		signal: null,
		phase: 'training',
		reason: 'finished',
		message: 'Finished.',
		lastLines: [],
		endedAt: '2026-11-22T08:01:31.000Z',
		durationSeconds: maxSteps * 1.5,
	});
	await write('spec.json', {
		contractVersion,
		id,
		kind: 'train',
		name: run.name,
		createdAt: '2026-11-22T08:00:00.000Z',
		client: { host: 'laptop', version: '0.1.0' },
		package: { hash: '9d2b1c0f4e5a6b77' },
		environment: { lockHash: '0123456789abcdef', root: '~/.windsock/envs' },
		model:
			run.after === undefined
				? { ref: 'base', kind: 'tiny' }
				: { ref: 'run:before', kind: 'checkpoint', runId: runId({ mark: run.after }), step: 1 },
		roots: {
			runs: '~/.windsock/runs',
			envs: '~/.windsock/envs',
			models: '~/.windsock/models',
			store: '~/.windsock/store',
		},
		train: {
			method: run.method,
			arguments: { max_steps: maxSteps, learning_rate: 2e-5, logging_steps: 1 },
			datasets: [],
			recipePath: run.recipe?.path ?? 'recipes/sft.yaml',
			recipeText: run.recipe?.text ?? `method: ${run.method}\n`,
		},
	});
}
