import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../../src/core/training/recipe';
import { hashFile } from '../../../../src/node/runs/datasetStore';
import { missingDatasets } from '../../../../src/node/runs/missingDatasets';
import { valueOf as value } from '../../../support/results';

/** Reading it never ends. */
const endless = '/dev/zero';

describe.skipIf(process.platform === 'win32')('an input that is no file', () => {
	it('is a fault of the recipe that names it as its dataset', () => {
		const recipe = value(parseRecipe(`method: sft\ndataset_path: ${endless}\n`, '/tmp/r.yaml'));
		expect(missingDatasets(recipe, '/tmp/r.yaml')).toMatchObject([
			{ severity: 'error', message: `“${endless}” is no file but a pipe or a device` },
		]);
	});

	it('is not read for its hash', async () => {
		const hashed = await hashFile(endless);
		expect(hashed).toMatchObject({ ok: false, error: { code: 'fileUnreadable' } });
	});
});
