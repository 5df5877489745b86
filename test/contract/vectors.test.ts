import { readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { responseFileName } from '../../src/core/contract/responseFileName';
import { normalisePrompt } from '../../src/core/dataset/clean/normalisedPrompt';
import { readPackageSource } from '../../src/node/runs/packageSource';

interface Vectors {
	readonly responseFileNames: readonly { readonly label: string; readonly name: string }[];
	readonly normalisedPrompts: readonly { readonly text: string; readonly normalised: string }[];
	readonly lockHashes: readonly {
		readonly requirements: string;
		readonly constraints: string;
		readonly hash: string;
	}[];
}

const file = join(import.meta.dirname, '../fixtures/contract/vectors.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('what both languages compute', () => {
	it.each(vectors.responseFileNames)('the file name of the label $label', ({ label, name }) => {
		expect(responseFileName(label)).toBe(name);
	});

	it.each(vectors.normalisedPrompts)('the form of the prompt $text', ({ text, normalised }) => {
		expect(normalisePrompt(text)).toBe(normalised);
	});

	it.each(vectors.lockHashes)(
		'the lock hash $hash',
		async ({ requirements, constraints, hash }) => {
			const folder = await mkdtemp(join(tmpdir(), 'windsock-lock-'));
			try {
				const environment = join(folder, 'windsock_remote', 'environment');
				await mkdir(environment, { recursive: true });
				await writeFile(join(environment, 'requirements.txt'), requirements);
				await writeFile(join(environment, 'constraints.txt'), constraints);
				expect((await readPackageSource(folder)).lockHash).toBe(hash);
			} finally {
				await rm(folder, { recursive: true });
			}
		},
	);
});
