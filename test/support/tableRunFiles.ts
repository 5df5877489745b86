import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A mirrored run as `.windsock/runs` holds it, finished and complete. */
export interface MirroredRunFiles {
	readonly id: string;
	readonly name: string;
	readonly method: 'sft' | 'dpo';
	readonly arguments: Readonly<Record<string, unknown>>;
	/** Names the content of its held-out rows. */
	readonly evalSet: string;
	readonly seconds: number;
	readonly gpus: readonly string[];
	readonly state?: 'finished' | 'failed';
	readonly metrics: readonly {
		readonly step: number;
		readonly kind: string;
		readonly values: object;
	}[];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The id of the n-th run; later ones sort after earlier ones. */
export function runIdOf(n: number): string {
	let rest = n;
	let end = '';
	for (let i = 0; i < 8; i++) {
		end = (letters[rest % 32] ?? '0') + end;
		rest = Math.floor(rest / 32);
	}
	return `01JDK7Z3Q8W1NDS0CK${end}`;
}

export async function writeMirroredRun(workspace: string, run: MirroredRunFiles): Promise<void> {
	const folder = path.join(workspace, '.windsock', 'runs', run.id);
	const { id, name, method, state = 'finished' } = run;
	const steps = run.metrics.at(-1)?.step ?? 0;
	const dataset = (split: string, file: string, content: string): object => ({
		split,
		path: `/store/${sha256(content)}.jsonl`,
		sha256: sha256(content),
		rows: 400,
		source: `/data/${file}`,
	});
	const spec = {
		contractVersion: '1.0',
		id,
		kind: 'train',
		name,
		createdAt: new Date(Date.UTC(2026, 10, 20) + Number.parseInt(sha256(id).slice(0, 7), 16)),
		package: { hash: '9d2b1c0f4e5a6b77' },
		environment: { lockHash: '0123456789abcdef' },
		model: {
			ref: 'hub:mistralai/Mistral-7B-v0.1',
			kind: 'hub',
			hubId: 'mistralai/Mistral-7B-v0.1',
		},
		author: 'ada',
		train: {
			method,
			arguments: { chat_template_path: 'zephyr.jinja', ...run.arguments },
			chatTemplate: '{% for message in messages %}{{ message.content }}{% endfor %}',
			datasets: [
				dataset('train', `${method}.jsonl`, method),
				dataset('eval', `${run.evalSet}.jsonl`, run.evalSet),
			],
			recipePath: `recipes/${method}.yaml`,
			recipeText: `method: ${method}\n`,
		},
	};
	const common = { state, attempt: 1, message: '', step: steps, maxSteps: steps };
	const files: Readonly<Record<string, object>> = {
		'spec.json': spec,
		'mirror.json': { hostName: 'gpu1', runDir: `/runs/${id}` },
		'state.json': {
			...common,
			runDir: `/runs/${id}`,
			id,
			reason: state,
			attempts: 1,
			startedAt: '2026-11-20T08:00:00.000Z',
			endedAt: new Date(Date.UTC(2026, 10, 20, 8) + run.seconds * 1000).toISOString(),
		},
		'status.json': {
			...common,
			contractVersion: '1.0',
			heartbeat: 1,
			madeWith: { gpus: run.gpus, packages: { trl: '1.13.0' } },
		},
		'complete.json': { attempt: 1, state },
	};
	await mkdir(folder, { recursive: true });
	for (const [file, content] of Object.entries(files)) {
		await writeFile(path.join(folder, file), `${JSON.stringify(content)}\n`);
	}
	const lines = run.metrics.map((metric, i) =>
		JSON.stringify({ n: i + 1, attempt: 1, time: metric.step, wall: metric.step, ...metric }),
	);
	await writeFile(path.join(folder, 'metrics.jsonl'), `${lines.join('\n')}\n`);
}

/** Runs of an ablation: two methods, values of β, learning rates and held-out sets. */
export function ablationRun(n: number): MirroredRunFiles {
	const method = n % 3 === 0 ? 'sft' : 'dpo';
	const beta = [0.1, 0.01, 0.5][n % 5] ?? 0.1;
	const learningRate = [5e-7, 1e-6, 2e-5][n % 3] ?? 5e-7;
	const noise = Number.parseInt(sha256(String(n)).slice(0, 6), 16) / 0xffffff;
	const evalSet = n % 7 === 6 ? 'held-out-2' : 'held-out';
	return {
		id: runIdOf(n),
		name:
			n % 11 === 10
				? `zephyr-7b-beta-${method}-with-a-name-that-somebody-made-far-too-long-to-fit-${n}`
				: `zephyr-${method}-${n}`,
		method,
		arguments: {
			learning_rate: learningRate,
			num_train_epochs: 1 + (n % 3),
			...(method === 'dpo' ? { beta } : { packing: n % 2 === 0 }),
		},
		evalSet,
		seconds: 1200 + Math.round(noise * 20_000),
		gpus: Array.from({ length: 1 + (n % 4) }, () => 'NVIDIA H100'),
		state: n % 13 === 12 ? 'failed' : 'finished',
		metrics: [1, 2, 3, 4].flatMap(quarter => {
			const loss = (method === 'dpo' ? 0.69 : 2) / Math.sqrt(quarter) + noise / 20;
			const preference = {
				'rewards/accuracies': 0.5 + quarter / 20 + noise / 10,
				'rewards/margins': (quarter * beta * 10 + noise) / 4,
			};
			const ofEval = Object.entries({
				loss: n % 17 === 16 ? 'NaN' : loss + 0.05,
				...(method === 'dpo' ? preference : { mean_token_accuracy: 0.5 + noise / 5 }),
			}).map(([key, value]) => [`eval_${key}`, value]);
			const step = quarter * 100;
			return [
				{ step, kind: 'train', values: { loss, learning_rate: learningRate, grad_norm: 1 } },
				{ step, kind: 'eval', values: Object.fromEntries(ofEval) as object },
			];
		}),
	};
}

/** Writes so many runs, a few at a time. */
export async function writeAblation(workspace: string, count: number): Promise<void> {
	for (let start = 0; start < count; start += 100) {
		const numbers = Array.from({ length: Math.min(100, count - start) }, (_, i) => start + i);
		await Promise.all(numbers.map(n => writeMirroredRun(workspace, ablationRun(n))));
	}
}
