import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalExamples, type TrlRow } from '../../../../src/core/tokens/localExample';
import { TokenizerStore, shippedTokenizer } from '../../../../src/node/tokens/tokenizerStore';
import type { Trainer } from '../../../../src/node/tokens/trainer';
import { Trainers } from '../../../../src/node/tokens/trainers';
import { readTrainerRecipe, type TrainerRecipe } from '../../../../src/node/tokens/trainerSpec';
import { rowForTraining } from '../../../../src/node/tokens/rowForTraining';
import { PracticeHost, remoteFolder } from '../../../support/practiceHost';
import { errorOf, valueOf as value } from '../../../support/results';
import { hasSharedData, rowsOfFile, sharedDatasets } from '../../../support/sharedRows';

/** The trainers' own code, in the real environment, on the host `local`. */
describe('the trainer’s own reading of an example', () => {
	let host: PracticeHost;
	let trainers: Trainers;

	beforeAll(async () => {
		host = await PracticeHost.create();
		host.trainForTrue();
		const { launcher } = await host.services().trainers.get();
		const store = new TokenizerStore(join(host.folder, 'tokenizers'));
		trainers = new Trainers({ launcher, remoteFolder, workerFile: undefined, store });
	});

	afterAll(() => {
		trainers?.dispose();
		host?.dispose();
	});

	async function recipe(name: string, ...lines: string[]): Promise<TrainerRecipe> {
		const path = join(host.workspace, `${name}.yaml`);
		mkdirSync(host.workspace, { recursive: true });
		writeFileSync(path, `${['dataset_path: rows.jsonl', ...lines].join('\n')}\n`);
		return value(await readTrainerRecipe(path));
	}

	async function open(of: TrainerRecipe, said: string[] = []): Promise<Trainer> {
		const onProgress = (message: string): void => void said.push(message);
		const trainer = value(await trainers.open(of, 'local', { build: false, onProgress }));
		if (trainer === 'environmentMissing') {
			throw new Error('the set-up made no environment');
		}
		return trainer;
	}

	const dialogue = JSON.stringify({
		messages: [
			{ role: 'user', content: 'Hi 😀' },
			{ role: 'assistant', content: 'Hello!' },
		],
	});

	// As few processes as will do: each loads the training libraries.
	const learning = ['method: sft', 'assistant_only_loss: true', 'max_length: 12'];
	const early = ['method: dpo', 'model_name_or_path: run:sft-of-tomorrow'];

	it('says text, ids, loss, cut and messages of a dialogue', async () => {
		const said: string[] = [];
		const trainer = await open(await recipe('sft', ...learning), said);
		expect(said).toContain('Loading the tokenizer');
		const { sides: [side] = [], ...rest } = value(await trainer.example(dialogue));
		expect(rest).toMatchObject({ maxLength: 12, packing: null, isDropped: true });
		expect(side?.text).toBe('<|user|>\nHi 😀</s>\n<|assistant|>\nHello!</s>\n');
		expect(side?.pieces.join('')).toBe(side?.text);
		expect([side?.start, side?.stop]).toEqual([0, 12]);
		const learned = (side?.loss ?? []).map(([from, to]) => side?.pieces.slice(from, to).join(''));
		expect(learned).toEqual(['Hello!</s>']);
		const names = side?.special.map(({ name }) => name);
		expect(names).toEqual(['<|user|>', '</s>', '<|assistant|>', '</s>']);
		expect(side?.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
	});

	it('says of a row that training leaves out why it does', async () => {
		const trainer = await open(await recipe('sft', ...learning));
		const row = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }] });
		const { refused } = value(await trainer.example(row));
		expect(refused).toEqual({
			by: 'row',
			reason: "the last turn is not the assistant's",
		});
	});

	it('stays for the next example, until the recipe changes or its process ends', async () => {
		const first = await open(await recipe('sft', ...learning));
		expect(await open(await recipe('sft', ...learning))).toBe(first);
		const template = "{{ raise_exception('System role not supported') }}";
		writeFileSync(join(host.workspace, 'no.jinja'), template);
		const changed = await recipe('sft', 'method: sft', 'chat_template_path: no.jinja');
		const second = await open(changed);
		expect(second).not.toBe(first);
		expect(value(await second.example(dialogue)).refused).toEqual({
			by: 'template',
			reason: 'System role not supported',
		});
		second.dispose();
		const third = await open(changed);
		expect(third).not.toBe(second);
		expect(value(await third.example(dialogue)).refused?.by).toBe('template');
	});

	it('lets the base model stand in for a run that is not there yet, and says so', async () => {
		const trainer = await open(await recipe('early', ...early));
		expect(trainer.standIn).toContain('“run:sft-of-tomorrow” is not on local yet');
	});

	it('is given up on while it loads', async () => {
		const of = await recipe('slow', 'method: sft', 'max_length: 7');
		const opening = trainers.open(of, 'local', {
			build: false,
			onProgress: message => {
				if (message === 'Loading the training libraries') {
					trainers.stop(of, 'local');
				}
			},
		});
		expect(errorOf(await opening).code).toBe('cancelled');
	});

	it('says that a host has no environment yet, and starts nothing there', async () => {
		const bare = await PracticeHost.create();
		try {
			rmSync(join(bare.home, '.windsock', 'envs'), { recursive: true });
			const services = bare.services();
			const of = await recipe('bare', 'method: sft');
			const there = await services.trainers.get();
			const opened = await there.open(of, 'local', { build: false, onProgress: () => {} });
			expect(value(opened)).toBe('environmentMissing');
			services.library.dispose();
		} finally {
			bare.dispose();
		}
	});

	it.runIf(hasSharedData).each(['sft', 'dpo'] as const)(
		'agrees with this machine on text and ids of published rows: %s',
		async method => {
			const trainer = await open(
				method === 'sft' ? await recipe('sft', ...learning) : await recipe('early', ...early),
			);
			const files = await shippedTokenizer(remoteFolder);
			const here = files && new LocalExamples(files);
			let compared = 0;
			for (const path of sharedDatasets()) {
				for (const [i, bytes] of rowsOfFile(path).entries()) {
					// Every eighth of them: the trainer takes its time.
					if (i % 8 !== 0) {
						continue;
					}
					const row = rowForTraining(bytes, { method }, undefined);
					if (row.kind === 'dropped') {
						continue;
					}
					const answer = value(await trainer.example(row.json));
					if (answer.refused === undefined) {
						const sides = here?.read(JSON.parse(row.json) as TrlRow, method);
						const there = (answer.sides ?? []).map(({ name, text, ids, pieces, special }) => ({
							name,
							special,
							text,
							ids,
							pieces,
						}));
						expect([path, i, sides]).toEqual([path, i, there]);
						compared++;
					}
				}
			}
			expect(compared).toBeGreaterThan(method === 'sft' ? 250 : 40);
		},
		120_000,
	);
});
