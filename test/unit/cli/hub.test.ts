import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentHash, idByContent } from '../../../src/core/dataset/exampleId';
import { AnnotationStore } from '../../../src/node/dataset/annotationStore';
import { sha256 } from '../../../src/node/dataset/hash';
import { PracticeHub } from '../../support/hubServer';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

const commit = 'e'.repeat(40);
const location = 'hf://datasets/org/chat@main/data/train-*.jsonl';
const pinned = `hf://datasets/org/chat@${commit}/data/train-*.jsonl`;
const row = (text: string): string =>
	`${JSON.stringify({ prompt: text, completion: `Yes, ${text} it is.` })}\n`;

let hub: PracticeHub;
let host: PracticeHost;
let folder: string;
beforeAll(async () => {
	host = await PracticeHost.create();
	hub = await PracticeHub.start();
	hub.add({
		id: 'org/chat',
		commit,
		files: {
			'data/train-00000-of-00002.jsonl': row('one') + row('two'),
			'data/train-00001-of-00002.jsonl': row('three') + row('four') + row('one'),
			'data/test-00000-of-00001.jsonl': row('five'),
		},
	});
	folder = await mkdtemp(join(tmpdir(), 'windsock-hub-'));
});
beforeEach(() => {
	vi.stubEnv('HF_ENDPOINT', hub.address);
	vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
	vi.stubEnv('HF_HOME', join(folder, 'home'));
	vi.stubEnv('HF_TOKEN', '');
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
	await hub.stop();
	host.dispose();
	await rm(folder, { recursive: true, force: true });
});

function windsock(...argv: string[]): Promise<Said> {
	return windsockOn(host, argv);
}

describe('windsock on a dataset of the Hub', () => {
	it('inspects it, and says which commit that was', async () => {
		const said = await windsock('inspect', location, '--json');
		const { dataset } = JSON.parse(said.out) as { dataset: Record<string, unknown> };
		expect(dataset).toMatchObject({ path: pinned, rows: 5, formats: { 'prompt-completion': 5 } });
		expect(dataset['findingCounts']).toMatchObject({ duplicateRow: 1 });
	});

	it('lists the lists of one that holds several', async () => {
		const said = await windsock('inspect', 'hf://datasets/org/chat');
		expect(said.code).toBe(1);
		expect(said.err).toContain(pinned);
		expect(said.err).toContain(`hf://datasets/org/chat@${commit}/data/test-00000-of-00001.jsonl`);
	});

	it('finds rows in it', async () => {
		expect((await windsock('find', location, 'three', '--count')).out).toBe('1 of 5 rows\n');
	});

	it('converts it', async () => {
		const out = join(folder, 'converted.jsonl');
		const said = await windsock('convert', location, '--to', 'trl-sft', '--out', out);
		expect(said.err).toBe('');
		expect((await readFile(out, 'utf8')).split('\n')).toHaveLength(6);
	});

	it('splits it, all rows of a prompt on one side', async () => {
		const said = await windsock('split', location, '--out-dir', folder, '--test', '0.5');
		expect(said.err).not.toContain('cannot');
		expect(said.out).toContain(join(folder, 'train.train.jsonl'));
	});

	it('cleans it by a pipeline, whose lineage names the commit', async () => {
		const pipeline = join(folder, 'clean.yaml');
		await writeFile(pipeline, `source: ${location}\nout: clean.jsonl\nsteps:\n  - drop: 'two'\n`);
		const said = await windsock('clean', pipeline, '--json');
		const { cleaning } = JSON.parse(said.out) as { cleaning: { sources: unknown; total: unknown } };
		expect(cleaning.sources).toMatchObject([{ path: pinned, rows: 5 }]);
		expect(cleaning.total).toMatchObject({ rowsIn: 5, dropped: 1 });
	});

	it('leaves out what was labelled drop, whatever commit that was said of', async () => {
		const labelled = 'hf://datasets/org/chat@v0/data/train-*.jsonl';
		const store = new AnnotationStore(labelled, 'ann', host.workspace);
		const id = idByContent(contentHash(row('three').trim(), sha256), 0);
		await store.append([{ kind: 'label', id, value: 'drop', time: '2026-01-01T00:00:00.000Z' }]);
		expect(
			(await windsock('find', location, 'label:drop', '--workspace', host.workspace)).out,
		).toMatch(/^3 .* drop /);
		const pipeline = join(folder, 'labels.yaml');
		await writeFile(pipeline, `source: ${location}\nout: kept.jsonl\nsteps:\n  - labels: apply\n`);
		const said = await windsock('clean', pipeline, '--json');
		expect(said.code).toBe(0);
		expect(await readFile(join(folder, 'kept.jsonl'), 'utf8')).not.toContain('three');
	});

	it('trains on a split of it, as a recipe names it, and records the commit', async () => {
		const recipe = join(host.workspace, 'of-the-hub.yaml');
		await writeFile(join(host.workspace, 'words.jinja'), '{{ messages }}');
		await writeFile(
			recipe,
			`method: sft
datasets:
  - {path: hf://datasets/org/chat, split: train, weight: 0.9}
eval_datasets:
  - {path: hf://datasets/org/chat, split: test}
chat_template_path: words.jinja
eval_strategy: epoch
`,
		);
		const said = await windsock('launch', recipe, '--wait', '--json');
		expect(said.err).toContain('hf://datasets/org/chat train: 5 rows');
		const { runId } = JSON.parse(said.out) as { runId: string };
		const { train } = JSON.parse(await readFile(host.runFile(runId, 'spec.json'), 'utf8')) as {
			train: Record<string, unknown>;
		};
		expect(train).toMatchObject({
			chatTemplate: '{{ messages }}',
			datasets: [
				{ split: 'train', source: pinned, conversion: { rowsIn: 5 } },
				{
					split: 'eval',
					source: `hf://datasets/org/chat@${commit}/data/test-00000-of-00001.jsonl`,
					conversion: { rowsIn: 1, kept: 1 },
				},
			],
		});
		await writeFile(recipe, 'method: sft\ndatasets: [{path: hf://datasets/org/chat, split: x}]\n');
		const wrong = await windsock('launch', recipe);
		expect(wrong.err).toContain('has no split “x”');
	});

	it('says what is wrong with a name', async () => {
		expect((await windsock('inspect', 'hf://models/org/chat')).err).toContain(
			'Write hf://datasets/OWNER/NAME',
		);
	});
});
