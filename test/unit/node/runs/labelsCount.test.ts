import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../../src/core/training/recipe';
import { validateRecipe } from '../../../../src/core/training/recipeValidation';
import { PracticeHost } from '../../../support/practiceHost';

const open: { dispose(): void }[] = [];
afterEach(() => {
	for (const thing of open.splice(0).toReversed()) {
		thing.dispose();
	}
});

/** Launches a recipe on four rows of which the second is labelled drop. */
async function launched(recipeLines: readonly string[]) {
	const host = await PracticeHost.create();
	open.push(host);
	const recipePath = host.recipe(recipeLines);
	const row = (id: number): string =>
		`{"id":"r${id}","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes ${id}."}]}\n`;
	const path = join(host.workspace, 'sft.jsonl');
	writeFileSync(path, [1, 2, 3, 4].map(row).join(''));
	const label = (id: string, value: string): string =>
		`${JSON.stringify({ kind: 'label', id, value, time: '2026-01-01T00:00:00Z' })}\n`;
	mkdirSync(`${path}.annotations`);
	writeFileSync(join(`${path}.annotations`, 'ann.jsonl'), label('id:r2', 'drop'));
	// Who disagrees keeps a row in.
	writeFileSync(
		join(`${path}.annotations`, 'ben.jsonl'),
		label('id:r3', 'drop') + label('id:r3', 'keep') + label('id:r1', 'keep'),
	);
	const said: string[] = [];
	const { launcher, library } = host.services();
	open.push(library);
	const run = await launcher.launchTraining(
		{ recipePath, hostName: 'local' },
		{ report: message => void said.push(message) },
	);
	if (!run.ok) {
		throw run.error;
	}
	const spec = JSON.parse(readFileSync(host.mirrorFile(run.value.runId, 'spec.json'), 'utf8')) as {
		train: { datasets: { path: string; rows: number; conversion: object }[] };
	};
	const [dataset] = spec.train.datasets;
	return { dataset, said, sent: readFileSync(dataset?.path ?? '', 'utf8') };
}

describe('labels at a launch', () => {
	it('leave out rows that are labelled drop, and the account says so', async () => {
		const { dataset, said, sent } = await launched(['max_steps: 1']);
		expect(sent).not.toContain('"Yes 2."');
		expect(sent.trim().split('\n')).toHaveLength(3);
		expect(dataset).toMatchObject({
			rows: 3,
			conversion: {
				rowsIn: 4,
				kept: 3,
				changed: 0,
				dropped: 1,
				droppedRows: [{ row: 2, reason: 'labelled drop' }],
			},
		});
		expect(said).toContain(
			'sft.jsonl: 4 rows in = 3 kept + 0 changed + 1 dropped; the first: row 2, labelled drop',
		);
	});

	it('are ignored when the recipe says so', async () => {
		const { dataset, sent } = await launched(['max_steps: 1', 'labels: ignore']);
		expect(sent).toContain('Yes 2.');
		expect(dataset).toMatchObject({ rows: 4, conversion: { rowsIn: 4, kept: 4, dropped: 0 } });
	});

	it('take no other word in a recipe', () => {
		const recipe = parseRecipe('method: sft\ndataset_path: a.jsonl\nlabels: maybe\n', 'r.yaml');
		const findings = recipe.ok ? validateRecipe(recipe.value) : [];
		expect(findings).toMatchObject([{ code: 'labelsUnknown', severity: 'error', line: 3 }]);
	});
});
