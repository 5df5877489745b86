// How long a preflight takes on this machine's cores, with the practice model's tokenizer: rows of
// up to 600 tokens, the same again after 100 edits, and rows as long as UltraChat's (1,150 tokens on
// average). Expected before the first measurement, on 2 quiet cores: 100 s, 15 s and 200 s; first
// structural finding after 0.5 s, first token finding after 9 s.
// A tokenizer with 32,000 tokens and more takes longer for a token than this one with its few.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { PreflightLine } from '../../src/core/contract/runFiles.generated';
import { seededRandom } from '../../src/core/responses/shuffle';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';

const rows = Number(process.env['WINDSOCK_BENCH_ROWS'] ?? 200_000);
const edits = 100;
/** Words of a row, by measurement: the practice tokenizer makes 1.42 tokens of a word. */
const shortWords = { least: 30, most: 400 };
const longWords = { least: 200, most: 1060 };
const vocabulary = (
	'the cat sat on a mat and looked at sun because it was warm today every bird sings when morning ' +
	'comes water runs over stones people walk slowly under old trees with their dogs'
).split(' ');

interface Timed {
	readonly structure: number | undefined;
	readonly token: number | undefined;
	readonly seconds: number;
	readonly kept: number;
	readonly cached: number;
	readonly tokens: number;
}

async function writeDialogues(file: string, words: { least: number; most: number }): Promise<void> {
	const random = seededRandom(7);
	const pick = (count: number): string =>
		Array.from({ length: count }, () => vocabulary[Math.floor(random() * vocabulary.length)]).join(
			' ',
		);
	const out = createWriteStream(file);
	for (let row = 0; row < rows; row++) {
		const turns = 1 + Math.floor(random() * 3);
		const all = words.least + Math.floor(random() * (words.most - words.least));
		const messages = Array.from({ length: turns }, (_, turn) => [
			{ role: 'user', content: `${row}.${turn} ${pick(Math.floor(all / turns / 4))}` },
			{ role: 'assistant', content: `${pick(Math.floor((all / turns / 4) * 3))}.` },
		]).flat();
		// One row in a thousand has no reply, so that there is a first structural finding.
		if (row % 1000 === 0) {
			messages.pop();
		}
		if (!out.write(`${JSON.stringify({ messages })}\n`)) {
			await once(out, 'drain');
		}
	}
	out.end();
	await once(out, 'finish');
}

async function editSome(file: string): Promise<void> {
	const lines = (await readFile(file, 'utf8')).split('\n');
	for (let n = 1; n <= edits; n++) {
		const at = Math.floor((n * rows) / (edits + 1));
		lines[at] = (lines[at] ?? '').replace('the', 'a new');
	}
	await writeFile(file, lines.join('\n'));
}

async function preflight(
	{ root, python }: MeasureOptions,
	folder: string,
	file: string,
	length: number,
): Promise<Timed> {
	const spec = {
		contractVersion: '1.0',
		id: 'BENCH',
		kind: 'check',
		name: 'bench',
		createdAt: '2026-11-27T08:00:00.000Z',
		environment: { lockHash: '0', python },
		roots: { runs: path.join(folder, 'runs'), models: path.join(folder, 'models') },
		model: { ref: 'base', kind: 'tiny' },
		train: {
			method: 'sft',
			arguments: { max_length: length },
			datasets: [{ split: 'train', path: file }],
		},
	};
	const began = performance.now();
	const child = spawn(python, ['-m', 'windsock_remote', 'preflight'], {
		env: { ...process.env, PYTHONPATH: path.join(root, 'remote') },
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	child.stdin.end(JSON.stringify(spec));
	const after = (): number => (performance.now() - began) / 1000;
	let structure: number | undefined;
	let token: number | undefined;
	for await (const text of createInterface({ input: child.stdout })) {
		const line = JSON.parse(text) as PreflightLine;
		if (line.line === 'finding' && line.part === 'data') {
			if (line.code === 'rowsCut') {
				token ??= after();
			} else {
				structure ??= after();
			}
		}
		if (line.line === 'summary') {
			const { kept = 0, cached = 0, tokens = 0 } = line.datasets[0] ?? {};
			return { structure, token, seconds: after(), kept, cached, tokens };
		}
	}
	throw new Error(`the preflight ended without a summary (${child.exitCode})`);
}

export async function measure(options: MeasureOptions): Promise<readonly Measurement[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'windsock-preflight-'));
	try {
		const short = path.join(folder, 'short.jsonl');
		await writeDialogues(short, shortWords);
		const load = loadavg()[0] ?? 0;
		const first = await preflight(options, folder, short, 512);
		await editSome(short);
		const again = await preflight(options, folder, short, 512);
		const long = path.join(folder, 'long.jsonl');
		await writeDialogues(long, longWords);
		const longer = await preflight(options, folder, long, 2048);
		const what = `${rows} rows`;
		return [
			{ what: 'load average before', value: load, unit: '' },
			{ what: 'first structural finding', value: first.structure ?? NaN, unit: 's', limit: 2 },
			{ what: 'first token finding', value: first.token ?? NaN, unit: 's', limit: 12 },
			{ what: `tokens of a row, ${what}`, value: first.tokens / rows, unit: '' },
			{ what, value: first.seconds, unit: 's', limit: 180 },
			{ what: `again after ${edits} edits`, value: again.seconds, unit: 's', limit: 20 },
			{ what: 'rows not known again', value: again.kept - again.cached, unit: '' },
			{ what: 'tokens of a row as long as UltraChat’s', value: longer.tokens / rows, unit: '' },
			{ what: `${what} as long as UltraChat’s`, value: longer.seconds, unit: 's', limit: 480 },
			{ what: 'load average after', value: loadavg()[0] ?? 0, unit: '' },
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
