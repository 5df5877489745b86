import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LocalTokenizer } from '../../../../src/core/tokens/localTokenizer';
import { tokenizerFilesFrom } from '../../../../src/core/tokens/tokenizerFiles';
import { readPackageSource } from '../../../../src/node/runs/packageSource';
import { remoteFolder } from '../../../support/practiceHost';
import { rowsOfFile, sharedDatasets } from '../../../support/sharedRows';

interface Said {
	readonly files: unknown;
	readonly ids: readonly (readonly [whole: number[], bare: number[]])[];
}

const kinds = ['gpt2', 'llama3', 'qwen', 'mistral', 'metaspace'] as const;

/** What tokenizers are known to stumble over, between words. */
const hard = fc
	.array(
		fc.oneof(
			fc.constantFrom('the ', ' ', '  ', '\n', '\r\n', '\t', "'s", '’', '123', '4567', '{', '<s>'),
			fc.constantFrom('</s>', '<|im_start|>', 'é', 'e\u0301', '日本', '😀', '👩‍👩‍👧', 'א', 'İ', 'ﬁ'),
			fc.constantFrom('\u00a0', '\u0085', '\u2028', '\u200b', '\ufeff', '\u0000', 'ſ', 'K', '▁'),
			fc.string({ maxLength: 8 }),
			fc.string({ unit: 'binary', maxLength: 4 }),
		),
		{ maxLength: 20 },
	)
	.map(parts => parts.join('').toWellFormed());

/** Texts in it, as far as a row of published data is. */
function textsIn(value: unknown): string[] {
	if (typeof value === 'string') {
		return [value];
	}
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe('tokenizers on this machine and those of a host', () => {
	let texts: string[];
	let said: Readonly<Record<string, Said>>;

	beforeAll(async () => {
		const published = sharedDatasets()
			.flatMap(path => rowsOfFile(path))
			.filter((_, i) => i % 40 === 0)
			.flatMap(row => textsIn(JSON.parse(new TextDecoder().decode(row))));
		texts = [...fc.sample(hard, { numRuns: 600, seed: 7 }), ...published];
		const words = 'The quick brown fox says “café”: 日本語 is 2 words, isn’t it? \n\n';
		const training = [words.repeat(50), ...published.slice(0, 250)];
		const { lockHash } = await readPackageSource(remoteFolder);
		const python = join(homedir(), '.windsock', 'envs', lockHash, 'bin', 'python');
		const script = join(import.meta.dirname, '../../../support/make_tokenizers.py');
		const made = spawnSync(python, ['-B', script], {
			input: JSON.stringify({ training, texts }),
			maxBuffer: 1 << 29,
			encoding: 'utf8',
		});
		expect(made.status, made.stderr).toBe(0);
		said = JSON.parse(made.stdout) as typeof said;
	}, 120_000);

	it.each(kinds)('give the same ids for published and for hard texts: %s', kind => {
		const { files, ids } = said[kind] ?? { files: undefined, ids: [] };
		const read = tokenizerFilesFrom(files);
		const tokenizer = read && new LocalTokenizer(read);
		expect(ids).toHaveLength(texts.length);
		for (const [i, text] of texts.entries()) {
			const whole = tokenizer?.encode(text, true).ids;
			const bare = tokenizer?.encode(text, false).ids;
			expect([text, whole, bare]).toEqual([text, ...(ids[i] ?? [])]);
		}
	});

	it.each(kinds)('give pieces that joined are the text again: %s', kind => {
		const read = tokenizerFilesFrom(said[kind]?.files);
		const tokenizer = read && new LocalTokenizer(read);
		for (const text of texts.slice(0, 900)) {
			const { ids = [], tokens = [] } = tokenizer?.encode(text, true) ?? {};
			const pieces = tokenizer?.sequence(text, tokens, ids).pieces ?? [];
			expect(pieces).toHaveLength(ids.length);
			expect(pieces.join('')).toBe(text);
		}
	});
});
