import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { binarizeDataset } from '../../../../src/node/dataset/clean/binarizeDataset';
import { pairs } from '../../../../src/cli/commands/pairs';
import { compare } from '../../../../src/cli/commands/compare';
import { sha256 } from '../../../../src/node/responses/preferenceFiles';
import { markSpent, markTrained, readSpent } from '../../../../src/node/responses/spentFile';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import { checkAnswer } from '../../../support/cliAnswers';

let root: string;

beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'windsock-pairs-'));
});

afterEach(() => rm(root, { recursive: true }));

const fixture = (name: string): string =>
	join(import.meta.dirname, '../../../fixtures/votes', name);
const lines = (rows: readonly object[]): string =>
	rows.map(row => `${JSON.stringify(row)}\n`).join('');
const models = [
	{ label: 'sft', ref: 'run:a@4' },
	{ label: 'dpo', ref: 'run:b' },
	{ label: 'lab', ref: 'endpoint:lab' },
];
const textOf = (label: string, i: number): string => `${label} says ${i} “é”.`;

/** Votes by prompt: the label of the best, or what else was said. */
async function comparisonWith(
	verdicts: readonly string[],
	prompt: (i: number) => string = i => `Question ${i}?`,
): Promise<string> {
	const folder = join(root, '.windsock/comparisons/c1');
	await mkdir(join(folder, 'responses'), { recursive: true });
	await mkdir(join(folder, 'votes'));
	await writeFile(
		join(folder, 'comparison.json'),
		JSON.stringify({
			schemaVersion: 1,
			id: 'c1',
			name: 'n',
			createdAt: '2026-01-01T00:00:00Z',
			models,
		}),
	);
	await writeFile(
		join(folder, 'prompts.jsonl'),
		lines(verdicts.map((_, i) => ({ id: `p${i}`, prompt: prompt(i) }))),
	);
	for (const { label } of models) {
		const rows = verdicts.flatMap((_, i) =>
			[0, 1, 2].map(sample => ({
				promptId: `p${i}`,
				promptIndex: i,
				sample,
				messages: [{ role: 'user', content: prompt(i) }],
				response: sample === 0 ? textOf(label, i) : `${textOf(label, i)} Again ${sample}.`,
			})),
		);
		await writeFile(join(folder, 'responses', `${label}.jsonl`), lines(rows));
	}
	await writeFile(
		join(folder, 'votes', 'ada.jsonl'),
		lines(
			verdicts.map((verdict, i) => ({
				schemaVersion: 1,
				id: `v${i}`,
				time: '2026-01-01T00:00:00Z',
				voter: 'ada',
				promptId: `p${i}`,
				order: models.map(({ label }) => label),
				blind: true,
				answers: Object.fromEntries(models.map(({ label }) => [label, sha256(textOf(label, i))])),
				...(['tie', 'bothBad'].includes(verdict)
					? { kind: verdict }
					: { kind: 'best', label: verdict }),
			})),
		),
	);
	return folder;
}

async function exported(
	options: object,
	endpoints: Record<string, { url: string; model: string }> = {},
) {
	const out = join(root, 'out.jsonl');
	const services = { folder: workspaceFolder(root), endpoints };
	const made = await pairs(services, 'c1', { out, rule: 'one', ...options });
	if (!made.ok) {
		return made.error;
	}
	checkAnswer(
		['pairs'],
		JSON.parse(JSON.stringify({ schemaVersion: 1, ...made.value.json })) as object,
	);
	const read = async (file: string): Promise<Record<string, unknown>[]> =>
		(await readFile(file, 'utf8'))
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as Record<string, unknown>);
	return {
		text: made.value.text,
		rows: await read(out),
		about: await read(join(root, 'out.provenance.jsonl')),
	};
}

it('writes one pair a prompt without hosted answers, and leaves their prompts out of every rate', async () => {
	const folder = await comparisonWith(['dpo', 'sft', 'tie', 'bothBad', 'lab']);
	const made = await exported({});
	expect(made).toMatchObject({
		rows: [
			{
				prompt: [{ content: 'Question 0?' }],
				chosen: [{ content: textOf('dpo', 0) }],
				rejected: [{ content: textOf('sft', 0) }],
			},
			{ chosen: [{ content: textOf('sft', 1) }], rejected: [{ content: textOf('dpo', 1) }] },
		],
		about: [
			{ rule: 'one', promptId: 'p0' },
			{ rule: 'one', promptId: 'p1' },
		],
	});
	// Loaded with TRL by test_voted_data.py.
	await expect(await readFile(join(root, 'out.jsonl'), 'utf8')).toMatchFileSnapshot(
		fixture('pairs.jsonl'),
	);
	const { signal } = new AbortController();
	const answer = await compare(
		[folder],
		{ model: [] },
		signal,
		join(root, '.windsock/preferences'),
	);
	expect(answer).toMatchObject({
		value: {
			json: {
				comparison: {
					votes: { prompts: 3, decided: 1 },
					spent: {
						prompts: 2,
						models: [{ label: 'sft', wins: 1, decided: 2 }, { wins: 1 }, { wins: 0 }],
					},
				},
			},
		},
	});
	expect(await exported({})).toHaveProperty('text', expect.not.stringContaining('spent now'));
});

it('takes hosted answers when told, with a note, and those of an own endpoint always', async () => {
	await comparisonWith(['lab']);
	expect(await exported({})).toMatchObject({ code: 'pairsImpossible' });
	expect(await exported({ hosted: true })).toMatchObject({
		about: [{ chosen: { licenceNote: expect.stringContaining('terms') as string } }],
		text: expect.stringContaining('endpoint:lab: written by a hosted model') as string,
	});
	const own = await exported({}, { lab: { url: 'http://10.0.0.7:8000/v1', model: 'm' } });
	expect(own).toMatchObject({ rows: [{ chosen: [{ content: textOf('lab', 0) }] }] });
});

it('writes single answers for KTO, those of an all-bad vote as negatives', async () => {
	await comparisonWith(['dpo', 'tie', 'bothBad']);
	const made = await exported({ kto: true });
	expect(made).toHaveProperty(
		'rows',
		[
			['dpo', true, 0],
			['sft', false, 0],
			['sft', false, 2],
			['dpo', false, 2],
		].map(([label, good, i]) => ({
			prompt: [{ role: 'user', content: `Question ${String(i)}?` }],
			completion: [{ role: 'assistant', content: textOf(String(label), Number(i)) }],
			label: good,
		})),
	);
	await expect(await readFile(join(root, 'out.jsonl'), 'utf8')).toMatchFileSnapshot(
		fixture('kto.jsonl'),
	);
	expect(made).toMatchObject({
		about: [{ promptId: 'p0' }, {}, { promptId: 'p2', answer: 'sft' }, {}],
	});
});

it('refuses prompts of a known benchmark, however they are spelled', async () => {
	const question =
		'compose an engaging travel blog post about a recent trip to Hawaii,  highlighting cultural experiences and must-see attractions';
	await comparisonWith(['dpo'], () => question);
	const refused = await exported({});
	expect(refused).toMatchObject({ code: 'pairsImpossible' });
	expect(JSON.stringify(refused)).toContain('MT-Bench');
});

it('never takes the place of a file that it did not write', async () => {
	await comparisonWith(['dpo']);
	await writeFile(join(root, 'out.jsonl'), 'mine\n');
	expect(await exported({})).toMatchObject({ code: 'fileExistsHere' });
	expect(await readFile(join(root, 'out.jsonl'), 'utf8')).toBe('mine\n');
});

it('writes rated samples of one model that the binariser makes pairs of', async () => {
	await comparisonWith(['tie', 'tie', 'tie']);
	const scores = join(root, 'scores.jsonl');
	const given = [0, 1].flatMap(i =>
		[3, 9, 6].map((score, sample) => ({ promptId: `p${i}`, sample, score })),
	);
	await writeFile(
		scores,
		lines([...given, { promptId: 'p1', sample: 2, score: 1, model: 'other' }]),
	);
	const made = await exported({ onPolicy: scores, model: 'dpo' });
	expect(made).toMatchObject({
		rows: [
			{ instruction: 'Question 0?', completions: [{ overall_score: 3 }, { overall_score: 9 }, {}] },
			{},
		],
		text: expect.stringContaining('left out 1: fewer than two scores') as string,
	});
	const out = join(root, 'binarized.jsonl');
	await binarizeDataset({
		path: join(root, 'out.jsonl'),
		out,
		rules: {
			chosen: 'overall',
			rejected: 'worst',
			margin: 1,
			ties: 'drop',
			mendTens: false,
			seed: 1,
		},
		contamination: [],
		version: '0',
	});
	const binarized = (await readFile(out, 'utf8')).trim().split('\n');
	expect(binarized).toHaveLength(2);
	expect(JSON.parse(binarized[0] ?? '')).toMatchObject({
		chosen: [{ content: `${textOf('dpo', 0)} Again 1.` }],
		rejected: [{ content: textOf('dpo', 0) }],
	});
});

it('marks the prompts of the votes that a training takes, and of no other data', async () => {
	const { preferences } = workspaceFolder(root);
	const row = (content: string): object => ({ prompt: [{ role: 'user', content }] });
	await mkdir(preferences, { recursive: true });
	await writeFile(join(preferences, 'votes.jsonl'), `${lines([row('Why?')])}torn\n`);
	await writeFile(join(root, 'data.jsonl'), lines([row('How?')]));
	await markTrained(preferences, [join(root, 'data.jsonl'), join(preferences, 'votes.jsonl')], '');
	const isSpent = await readSpent(preferences);
	const asked = (content: string): boolean => isSpent([{ role: 'user', content }]);
	expect([asked('why'), asked('How?')]).toEqual([true, false]);
});

it('writes edited answers beside the pairs, with a label for KTO, and by themselves for SFT', async () => {
	const folder = await comparisonWith(['dpo', 'tie', 'tie']);
	await mkdir(join(folder, 'edits'));
	const edit = (i: number, use: string): object => ({
		schemaVersion: 1,
		id: `e${i}`,
		time: '2026-01-02T00:00:00Z',
		voter: 'ada',
		promptId: `p${i}`,
		label: 'sft',
		answer: sha256(textOf('sft', i)),
		text: `Better ${i}.`,
		use,
	});
	await writeFile(join(folder, 'edits', 'ada.jsonl'), lines([edit(1, 'pair'), edit(2, 'sft')]));
	expect(await exported({})).toMatchObject({
		rows: [
			{ chosen: [{ content: textOf('dpo', 0) }] },
			{ chosen: [{ content: 'Better 1.' }], rejected: [{ content: textOf('sft', 1) }] },
		],
		about: [{ rule: 'one' }, { rule: 'edit', editId: 'e1', use: 'pair' }],
	});
	// Both files are loaded with TRL by test_voted_data.py.
	await expect(await readFile(join(root, 'out.jsonl'), 'utf8')).toMatchFileSnapshot(
		fixture('editedPairs.jsonl'),
	);
	const kto = await exported({ kto: true });
	expect(kto).toMatchObject({
		rows: expect.arrayContaining([
			expect.objectContaining({
				completion: [{ role: 'assistant', content: 'Better 1.' }],
				label: true,
			}),
			expect.objectContaining({
				completion: [{ role: 'assistant', content: textOf('sft', 1) }],
				label: false,
			}),
		]) as unknown,
	});
	expect(await exported({ edited: true })).toMatchObject({
		rows: [
			{
				prompt: [{ content: 'Question 2?' }],
				completion: [{ role: 'assistant', content: 'Better 2.' }],
			},
		],
		about: [{ rule: 'edit', promptId: 'p2' }],
	});
	await expect(await readFile(join(root, 'out.jsonl'), 'utf8')).toMatchFileSnapshot(
		fixture('edited.jsonl'),
	);
});

it('marks prompts behind a line that a full disk cut short', async () => {
	const { preferences } = workspaceFolder(root);
	const origin = { comparisonId: 'c', into: 'o.jsonl', time: '' };
	const turn = (content: string): { role: string; content: string }[] => [
		{ role: 'user', content },
	];
	await markSpent(preferences, [turn('One?')], origin);
	const file = join(preferences, 'spent.jsonl');
	await writeFile(file, (await readFile(file, 'utf8')).slice(0, -30));
	await markSpent(preferences, [turn('Two?')], origin);
	const isSpent = await readSpent(preferences);
	expect([isSpent(turn('One?')), isSpent(turn('Two?'))]).toEqual([true, true]);
});

it('marks prompts of several turns, whose rows hold what the model said between', async () => {
	const { preferences } = workspaceFolder(root);
	const [first, second] = ['Name one.', 'Shorter.'].map(content => ({ role: 'user', content }));
	const prompt = [first, { role: 'assistant', content: 'A long one.' }, second];
	await mkdir(preferences, { recursive: true });
	await writeFile(join(preferences, 'votes.jsonl'), lines([{ prompt }]));
	await markTrained(preferences, [join(preferences, 'votes.jsonl')], '');
	const isSpent = await readSpent(preferences);
	expect(isSpent([first, second] as Parameters<typeof isSpent>[0])).toBe(true);
});

it('writes no rows whose prompts it cannot mark as spent', async () => {
	await comparisonWith(['dpo']);
	await writeFile(workspaceFolder(root).preferences, 'no folder');
	expect(await exported({})).toMatchObject({ code: 'fileUnwritable' });
	await expect(readFile(join(root, 'out.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('says for KTO of no answer that it is good and bad because it was edited', async () => {
	const folder = await comparisonWith(['dpo']);
	await mkdir(join(folder, 'edits'));
	const edit = {
		schemaVersion: 1,
		id: 'e0',
		time: '2026-01-02T00:00:00Z',
		voter: 'ada',
		promptId: 'p0',
		label: 'dpo',
		answer: sha256(textOf('dpo', 0)),
		text: 'Better.',
		use: 'pair',
	};
	await writeFile(join(folder, 'edits', 'ada.jsonl'), lines([edit]));
	const made = await exported({ kto: true });
	expect(made).toMatchObject({
		rows: [
			{ completion: [{ content: textOf('dpo', 0) }], label: true },
			{ completion: [{ content: textOf('sft', 0) }], label: false },
			{ completion: [{ content: 'Better.' }], label: true },
		],
		text: expect.stringContaining('left out 1: an edited answer that was voted best') as string,
	});
	expect(made).toHaveProperty('rows.length', 3);
});
