import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../../../src/core/contract/runFiles.generated';
import type { LaunchDecision } from '../../../../../src/core/training/preflight/launchGate';
import {
	hasErrors,
	type PreflightReport,
} from '../../../../../src/core/training/preflight/preflightReport';
import { PracticeHost } from '../../../../support/practiceHost';
import { errorOf, valueOf } from '../../../../support/results';

const silent = { report: () => {} };

function asked(question: unknown, answer: unknown): string {
	const messages = [
		{ role: 'user', content: question },
		{ role: 'assistant', content: answer },
	];
	return JSON.stringify({ messages });
}

describe('a recipe checked on its host', () => {
	const ends: (() => void)[] = [];
	afterEach(() => {
		for (const end of ends.splice(0)) {
			end();
		}
	});

	async function practice(rows: readonly string[]) {
		const host = await PracticeHost.create();
		const services = host.services();
		ends.push(
			() => host.dispose(),
			() => services.library.dispose(),
		);
		writeFileSync(join(host.workspace, 'train.jsonl'), rows.map(row => `${row}\n`).join(''));
		const recipePath = join(host.workspace, 'sft.yaml');
		writeFileSync(recipePath, `method: sft\ndataset_path: train.jsonl\n`);
		return { host, services, recipePath };
	}

	it('tells the rows of the user’s own file, though others were left out before', async () => {
		const twice = { role: 'user', content: 'Well?' };
		const rows = [
			'{"messages": [',
			asked('One?', 'Yes.'),
			JSON.stringify({ messages: [twice, twice, { role: 'assistant', content: 'Yes.' }] }),
			asked('Two?', 'Yes.'),
		];
		const { services, recipePath } = await practice(rows);
		const request = { recipePath, hostName: 'local' };
		const report = valueOf(await services.checker.check(request, silent));
		expect(report.failure).toBeUndefined();
		// The stand-in's Python lacks what trains, and what is said of that is not of rows.
		const ofRows = report.kinds.filter(({ part }) => part === 'data');
		expect(ofRows.map(({ code, rows: found }) => [code, found])).toEqual([
			['turnsNotAlternating', [3]],
			['rowLeftOut', [1]],
		]);
		expect(report.summary?.datasets).toMatchObject([{ split: 'train', rows: 3, kept: 3 }]);
	});

	it('names rows that ask what stands in a prompt set of the project, and sends no answers of it', async () => {
		const { host, services, recipePath } = await practice([
			asked('One?', 'Yes.'),
			asked('How many helicopters can a human eat?', 'None.'),
		]);
		mkdirSync(join(host.workspace, 'prompts'));
		const messages = [{ role: 'user', content: 'how many  helicopters can a human eat' }];
		const line = JSON.stringify({ id: 'helicopter', messages, reference: 'SECRET' });
		writeFileSync(join(host.workspace, 'prompts', 'vibes.jsonl'), `${line}\n`);
		writeFileSync(join(host.workspace, 'prompts', 'notes.jsonl'), 'no prompts\n');
		const request = { recipePath, hostName: 'local' };
		const { kinds } = valueOf(await services.checker.check(request, silent));
		const known = kinds.find(({ code }) => code === 'promptInOtherSet');
		expect(known?.rows).toEqual([2]);
		expect(known?.ofRow.get(2)).toMatchObject({ source: 'prompts/vibes.jsonl' });
		const store = join(host.home, '.windsock', 'store');
		const files = readdirSync(store).filter(name => name.endsWith('.jsonl'));
		const sent = files.map(name => readFileSync(join(store, name), 'utf8'));
		expect(sent.join('')).toContain('helicopters');
		expect(sent.join('')).not.toContain('SECRET');
	});

	it('says once of one’s own votes that their prompts are spent, not row by row as a leak', async () => {
		const { host, services, recipePath } = await practice([asked('One?', 'Yes.')]);
		const preferences = join(host.workspace, '.windsock', 'preferences');
		const answered = join(host.workspace, '.windsock', 'comparisons', 'c1');
		mkdirSync(preferences, { recursive: true });
		mkdirSync(answered, { recursive: true });
		const rows = ['One?', 'Two?'].map(question => `${asked(question, 'Yes.')}\n`).join('');
		writeFileSync(join(preferences, 'edits.jsonl'), rows);
		writeFileSync(join(host.workspace, 'mine.jsonl'), rows);
		const prompts = ['One?', 'Two?'].map(
			(prompt, i) => `${JSON.stringify({ id: `${i}`, prompt })}\n`,
		);
		writeFileSync(join(answered, 'prompts.jsonl'), prompts.join(''));
		const found = async (dataset: string) => {
			writeFileSync(recipePath, `method: sft\ndataset_path: ${dataset}\n`);
			const request = { recipePath, hostName: 'local' };
			const { kinds } = valueOf(await services.checker.check(request, silent));
			return kinds
				.filter(({ part }) => part === 'data')
				.map(({ code, severity, rows: numbers, values }) => [code, severity, numbers, values]);
		};
		const told = [['promptsSpent', 'info', [], { prompts: 2 }]];
		expect(await found('.windsock/preferences/edits.jsonl')).toEqual(told);
		expect(await found('mine.jsonl')).toMatchObject([['promptInOtherSet', 'warning', [1, 2], {}]]);
		const line = {
			schemaVersion: 1,
			prompt: '0'.repeat(64),
			comparisonId: 'c1',
			into: 'mine.jsonl',
		};
		writeFileSync(join(preferences, 'spent.jsonl'), `${JSON.stringify(line)}\n`);
		expect(await found('mine.jsonl')).toEqual(told);
	});

	it('leaves no run behind, on the host or here', async () => {
		const { host, services, recipePath } = await practice([asked('One?', 'Yes.')]);
		valueOf(await services.checker.check({ recipePath, hostName: 'local' }, silent));
		expect(host.runFolders).toEqual([]);
		expect(services.library.list()).toEqual([]);
	});

	it('has the same content for the same data and settings, and another for other data', async () => {
		const { services, host, recipePath } = await practice([asked('One?', 'Yes.')]);
		const contentOf = async (): Promise<string> => {
			const request = { recipePath, hostName: 'local' };
			return valueOf(await services.checker.check(request, silent)).content;
		};
		const first = await contentOf();
		expect(await contentOf()).toBe(first);
		writeFileSync(join(host.workspace, 'train.jsonl'), `${asked('One?', 'No.')}\n`);
		expect(await contentOf()).not.toBe(first);
	});

	it('ends on the host when it is cancelled', async () => {
		const { services, recipePath } = await practice([asked('One?', 'Yes.')]);
		const abort = new AbortController();
		const progress = {
			report: (message: string) => {
				if (message.startsWith('Checking on')) {
					abort.abort();
				}
			},
		};
		const request = { recipePath, hostName: 'local' };
		const ended = await services.checker.check(request, progress, abort.signal);
		expect(errorOf(ended).code).toBe('cancelled');
	});

	describe('before a launch', () => {
		const faulty = JSON.stringify({
			messages: [
				{ role: 'critic', content: 'Bad.' },
				{ role: 'user', content: 'Why?' },
				{ role: 'assistant', content: 'It is.', weight: 0 },
			],
		});

		function gate(decision: LaunchDecision | undefined, passed: string[] = []) {
			const asked: PreflightReport[] = [];
			return {
				asked,
				trusted: [],
				hasPassed: (content: string) => passed.includes(content),
				onReport: () => {},
				decide: async (report: PreflightReport) => {
					asked.push(report);
					return decision;
				},
			};
		}

		it('starts nothing where what was found is taken as a reason against it', async () => {
			const { host, services, recipePath } = await practice([faulty]);
			const stops = gate(undefined);
			const request = { recipePath, hostName: 'local', gate: stops };
			const launched = await services.launcher.launchTraining(request, silent);
			expect(errorOf(launched).code).toBe('cancelled');
			expect(stops.asked.map(hasErrors)).toEqual([true]);
			expect(host.runFolders).toEqual([]);
			expect(services.library.list()).toEqual([]);
		});

		it('does not look again at what has passed, and says whom to trust', async () => {
			const { host, services, recipePath } = await practice([asked('One?', 'Yes.')]);
			const goes = gate({ trusted: ['abc'] });
			const request = { recipePath, hostName: 'local' };
			const first = valueOf(
				await services.launcher.launchTraining({ ...request, gate: goes }, silent),
			);
			const passed = goes.asked.map(({ content }) => content);
			const silentGate = gate(undefined, passed);
			const second = valueOf(
				await services.launcher.launchTraining({ ...request, gate: silentGate }, silent),
			);
			expect(silentGate.asked).toEqual([]);
			const trusted = [first, second].map(({ runId }) => {
				const text = readFileSync(host.runFile(runId, 'spec.json'), 'utf8');
				return (JSON.parse(text) as RunSpec).train?.trusted;
			});
			expect(trusted).toEqual([['abc'], undefined]);
			await Promise.all([first, second].map(({ runId }) => services.library.waitForEnd(runId)));
		});
	});
});
