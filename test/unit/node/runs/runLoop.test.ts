import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WindsockError } from '../../../../src/core/base/errors';
import { err } from '../../../../src/core/base/result';
import type { Host } from '../../../../src/core/hosts/host';
import type { Progress } from '../../../../src/core/training/launchRequest';
import { PracticeHost, until } from '../../../support/practiceHost';
import { valueOf } from '../../../support/results';

const quiet: Progress = { report: () => {} };
const open: { dispose(): void }[] = [];

afterEach(() => {
	for (const thing of open.splice(0).toReversed()) {
		thing.dispose();
	}
});

async function practice(wrap?: (host: Host) => Host): Promise<PracticeHost> {
	const made = await PracticeHost.create(wrap);
	open.push(made);
	return made;
}

function windowOn(host: PracticeHost): ReturnType<PracticeHost['services']> {
	const services = host.services({ delay: () => 20, now: () => new Date() });
	open.push(services.library);
	return services;
}

function sha256(path: string): string {
	return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The same host with some operations replaced. */
function withChanges(host: Host, changes: Partial<Host>): Host {
	return new Proxy(host, {
		get: (target, key) => {
			const changed = key in changes ? changes[key as keyof Host] : undefined;
			const value: unknown = changed ?? Reflect.get(target, key);
			return typeof value === 'function' && changed === undefined ? value.bind(target) : value;
		},
	});
}

describe('a launched run', () => {
	it('is mirrored byte for byte, with its points, its log and its end', async () => {
		const host = await practice();
		const { launcher, library } = windowOn(host);
		const seen: number[] = [];
		library.onDidAppendMetrics(({ points }) => seen.push(...points.map(point => point.n)));
		const request = { recipePath: host.recipe(['max_steps: 30']), hostName: 'local' };
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		const summary = valueOf(await library.waitForEnd(runId));

		expect(summary).toMatchObject({ state: 'finished', step: 30, maxSteps: 30, name: 'Try' });
		expect(sha256(host.mirrorFile(runId, 'metrics.jsonl'))).toBe(
			sha256(host.runFile(runId, 'metrics.jsonl')),
		);
		expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
		expect(library.metrics(runId)[0]?.values).toEqual({ loss: 1, grad_norm: Number.NaN });
		expect(library.log(runId)).toContain('Schritt 30 von 30 ü');
		expect(readdirSync(host.mirrorFile(runId, '.'))).toContain('exit.json');
		expect(library.describe(runId)?.recipe).toContain('method: sft');
	});

	it('ends here too when the host shows the end before the record of it stands in its place', async () => {
		const host = await practice(real =>
			withChanges(real, {
				readFrom: async (path, ...more) =>
					path.endsWith('/exit.json') && !path.includes('/attempts/')
						? err(new WindsockError('remoteFileMissing', { path }))
						: real.readFrom(path, ...more),
			}),
		);
		const { launcher, library } = windowOn(host);
		const request = { recipePath: host.recipe(['max_steps: 5']), hostName: 'local' };
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		expect(valueOf(await library.waitForEnd(runId)).state).toBe('finished');
		expect(readFileSync(host.mirrorFile(runId, 'exit.json'), 'utf8')).toContain('"attempt":1');
	});

	it('ends here too when its host has lost the record of its end', async () => {
		const host = await practice(real =>
			withChanges(real, {
				readFrom: async (path, ...more) =>
					path.endsWith('/exit.json')
						? err(new WindsockError('remoteFileMissing', { path }))
						: real.readFrom(path, ...more),
			}),
		);
		const { launcher, library } = windowOn(host);
		const request = { recipePath: host.recipe(['max_steps: 5']), hostName: 'local' };
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		expect(valueOf(await library.waitForEnd(runId)).state).toBe('finished');
	});

	it('goes on when the window closes, and a new window has all of it', async () => {
		const host = await practice();
		const first = windowOn(host);
		const request = {
			recipePath: host.recipe(['max_steps: 150', 'eval_delay: 0.01']),
			hostName: 'local',
		};
		const { runId } = valueOf(await first.launcher.launchTraining(request, quiet));
		first.library.watch(runId);
		await until(() => first.library.metrics(runId).length > 10);
		first.library.dispose();
		const atClose = readFileSync(host.mirrorFile(runId, 'metrics.jsonl'));
		expect(existsSync(host.mirrorFile(runId, 'writer.lock'))).toBe(false);
		expect(existsSync(host.runFile(runId, 'exit.json'))).toBe(false);

		const second = windowOn(host);
		expect(second.library.metrics(runId).length).toBeGreaterThan(10);
		expect(valueOf(await second.library.waitForEnd(runId)).state).toBe('finished');
		const whole = readFileSync(host.mirrorFile(runId, 'metrics.jsonl'));
		expect(whole.subarray(0, atClose.length).equals(atClose)).toBe(true);
		expect(sha256(host.mirrorFile(runId, 'metrics.jsonl'))).toBe(
			sha256(host.runFile(runId, 'metrics.jsonl')),
		);
		expect(second.library.metrics(runId).map(point => point.n)).toEqual(
			Array.from({ length: 150 }, (_, i) => i + 1),
		);
	});

	it('is shown by a second window from the mirror, which takes over when the first closes', async () => {
		const host = await practice();
		const first = windowOn(host);
		const request = {
			recipePath: host.recipe(['max_steps: 200', 'eval_delay: 0.01']),
			hostName: 'local',
		};
		const { runId } = valueOf(await first.launcher.launchTraining(request, quiet));
		first.library.watch(runId);
		const second = windowOn(host);
		second.library.watch(runId);
		await until(() => second.library.metrics(runId).length > 5);
		first.library.dispose();
		expect(valueOf(await second.library.waitForEnd(runId)).state).toBe('finished');
		expect(second.library.metrics(runId)).toHaveLength(200);
	});

	it('sends no byte of data and no package the second time', async () => {
		const portions: string[] = [];
		const archives: number[] = [];
		const host = await practice(real =>
			withChanges(real, {
				upload: () => Promise.reject(new Error('data goes through the store')),
				open: async (argv, options) => {
					const opened = await real.open(argv, options);
					if (opened.ok && argv.includes('transfer')) {
						const write = opened.value.write.bind(opened.value);
						opened.value.write = data => {
							if (typeof data === 'string' && /"(append|pack)"/.test(data)) {
								portions.push(data);
							}
							write(data);
						};
					}
					return opened;
				},
				exec: (argv, options) => {
					if (options?.stdin !== undefined) {
						archives.push(options.stdin.length);
					}
					return real.exec(argv, options);
				},
			}),
		);
		for (let i = 0; i < 2; i++) {
			const { launcher } = windowOn(host);
			const request = { recipePath: host.recipe(['max_steps: 1']), hostName: 'local' };
			valueOf(await launcher.launchTraining(request, quiet));
		}
		expect(portions).toHaveLength(1);
		expect(archives).toHaveLength(1);
		expect(host.runFolders).toHaveLength(2);
	});

	it('is one run when the link breaks after the start was sent', async () => {
		let breaks = 2;
		const host = await practice(real =>
			withChanges(real, {
				exec: async (argv, options) => {
					const done = await real.exec(argv, options);
					if (argv.includes('start') && breaks-- > 0) {
						return err(new WindsockError('connectionLost', { host: 'local' }));
					}
					return done;
				},
			}),
		);
		const { launcher, library } = windowOn(host);
		const request = { recipePath: host.recipe(['max_steps: 3']), hostName: 'local' };
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		expect(host.runFolders).toEqual([runId]);
		expect(readdirSync(host.runFile(runId, 'attempts'))).toEqual(['1']);
		expect(valueOf(await library.waitForEnd(runId)).attempt).toBe(1);
	}, 30_000);

	it('leaves nothing behind when it is cancelled', async () => {
		const cancel = new AbortController();
		const host = await practice(real =>
			withChanges(real, {
				exec: async (argv, options) => {
					const done = await real.exec(argv, options);
					if (argv.includes('start')) {
						cancel.abort();
					}
					return done;
				},
			}),
		);
		const { launcher, library } = windowOn(host);
		const request = {
			recipePath: host.recipe(['max_steps: 1000', 'eval_delay: 0.05']),
			hostName: 'local',
		};
		const launched = await launcher.launchTraining(request, quiet, cancel.signal);
		expect(launched).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect(host.runFolders).toEqual([]);
		expect(library.list()).toEqual([]);
		expect(readdirSync(join(host.workspace, '.windsock', 'runs'))).toEqual([]);
	});

	it('stops on request and can then be removed here and there', async () => {
		const host = await practice();
		const { launcher, library, removal } = windowOn(host);
		const request = {
			recipePath: host.recipe(['max_steps: 5000', 'eval_delay: 0.02']),
			hostName: 'local',
		};
		const { runId } = valueOf(await launcher.launchTraining(request, quiet));
		const watch = library.watch(runId);
		await until(() => library.metrics(runId).length > 2);
		expect(await removal.delete(runId)).toMatchObject({ ok: false, error: { code: 'runBusy' } });
		expect(await library.stop(runId, { signal: AbortSignal.abort() })).toMatchObject({
			ok: false,
			error: { code: 'cancelled' },
		});
		expect(library.get(runId)?.state).toBe('running');
		valueOf(await library.stop(runId));
		await until(() => library.get(runId)?.state === 'finished');
		watch.dispose();
		valueOf(await removal.delete(runId));
		expect(library.list()).toEqual([]);
		expect(host.runFolders).toEqual([]);
	});

	it('lists its checkpoints, which other runs can start from', async () => {
		const host = await practice();
		const { launcher, library } = windowOn(host);
		const first = { recipePath: host.recipe(['max_steps: 4', 'save_steps: 3']), hostName: 'local' };
		const { runId } = valueOf(await launcher.launchTraining(first, quiet));
		valueOf(await library.waitForEnd(runId));
		expect(valueOf(await library.checkpoints(runId))).toEqual([
			{
				step: 3,
				complete: true,
				adapter: false,
				merged: false,
				bytes: expect.any(Number) as number,
			},
		]);

		const overrides = { model_name_or_path: `run:${runId.slice(-8)}` };
		const second = valueOf(await launcher.launchTraining({ ...first, overrides }, quiet));
		const spec = library.mirrored(second.runId)?.folder.spec;
		expect(spec?.parent).toBe(runId);
		expect(spec?.model).toMatchObject({ kind: 'checkpoint', runId, step: 3 });

		const byName = { model_name_or_path: 'run:Try' };
		const third = valueOf(await launcher.launchTraining({ ...first, overrides: byName }, quiet));
		expect(library.mirrored(third.runId)?.folder.spec.parent).toBe(runId);

		const missing = await launcher.launchTraining(
			{ ...first, overrides: { model_name_or_path: `run:${runId}@4` } },
			quiet,
		);
		expect(missing).toMatchObject({
			ok: false,
			error: { code: 'modelMissing', details: { reason: 'complete are: 3' } },
		});
		expect(host.runFolders).toHaveLength(3);
	});
});

describe('a launch that cannot be', () => {
	it.each([
		[['method: sfft'], {}, 'recipeInvalid'],
		[['lerning_rate: 1'], {}, 'recipeInvalid'],
		[[], { model_name_or_path: 'endpoint:judge' }, 'modelMissing'],
		[[], { model_name_or_path: 'path:nowhere' }, 'modelMissing'],
		[[], { dataset_path: 'nowhere.jsonl' }, 'fileMissing'],
	])('is refused before anything starts: %j %j', async (lines, overrides, code) => {
		const host = await practice();
		const { launcher, library } = windowOn(host);
		const request = { recipePath: host.recipe(lines), hostName: 'local', overrides };
		const launched = await launcher.launchTraining(request, quiet);
		expect(launched).toMatchObject({ ok: false, error: { code } });
		expect(host.runFolders).toEqual([]);
		expect(library.list()).toEqual([]);
	});

	it('names the hosts there are', async () => {
		const host = await practice();
		const { launcher } = windowOn(host);
		const launched = await launcher.launchTraining(
			{ recipePath: host.recipe(), hostName: 'gpu9' },
			quiet,
		);
		expect(launched).toMatchObject({ ok: false, error: { code: 'hostUnknown' } });
	});
});

describe('a generate run', () => {
	it('brings its answers into a comparison folder, byte for byte', async () => {
		const host = await practice();
		const { launcher, library } = windowOn(host);
		const request = { promptsPath: host.prompts(3), hostName: 'local', models: ['base', 'base'] };
		const { runId } = valueOf(await launcher.launchGenerate(request, quiet));
		valueOf(await library.waitForEnd(runId));
		const folder = join(host.workspace, '.windsock', 'comparisons', runId);
		const header = JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8')) as object;
		expect(header).toMatchObject({
			id: runId,
			runId,
			name: 'prompts',
			hostName: 'local',
			models: [
				{ label: 'base', ref: 'base' },
				{ label: 'base-2', ref: 'base' },
			],
		});
		for (const name of ['base.jsonl', 'base-2.jsonl']) {
			expect(sha256(join(folder, 'responses', name))).toBe(
				sha256(host.runFile(runId, `responses/${name}`)),
			);
		}
		expect(readFileSync(join(folder, 'prompts.jsonl'), 'utf8')).toBe(
			readFileSync(request.promptsPath, 'utf8'),
		);
	});
});
