import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';

/** `chat`: ultrachat_200k's `{prompt, prompt_id, messages}`. `raw`: UltraChat's `{id, data: [string, …]}`. */
export type LargeShape = 'chat' | 'raw';

export interface LargeDataset {
	readonly path: string;
	readonly rows: number;
	readonly bytes: number;
}

/** Rows and mean characters of a turn: 1.2 GB in 207,865 rows, and 1.47 million shorter rows. */
const sizes: Readonly<Record<LargeShape, { rows: number; turn: number }>> = {
	chat: { rows: 207_865, turn: 900 },
	raw: { rows: 1_470_000, turn: 160 },
};

/**
 * A generated dataset of the size and the shape of a published one, the same bytes on every machine.
 * Made once and kept in the user's cache folder.
 *
 * @param rows fewer for a quick look
 */
export async function largeDataset(
	shape: LargeShape,
	rows = sizes[shape].rows,
): Promise<LargeDataset> {
	const cache = process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
	const folder = path.join(cache, 'windsock', 'bench');
	const file = path.join(folder, `${shape}-${rows}-v1.jsonl`);
	if (!existsSync(file)) {
		mkdirSync(folder, { recursive: true });
		await write(`${file}.new`, shape, rows);
		renameSync(`${file}.new`, file);
	}
	return { path: file, rows, bytes: statSync(file).size };
}

async function write(file: string, shape: LargeShape, rows: number): Promise<void> {
	const random = generator(20_260_101);
	const sentences = phrases(random);
	const out = createWriteStream(file, { highWaterMark: 1 << 22 });
	let portion: string[] = [];
	for (let row = 0; row < rows; row++) {
		portion.push(
			shape === 'chat' ? chatRow(row, random, sentences) : rawRow(row, random, sentences),
		);
		if (portion.length === 2000 || row === rows - 1) {
			if (!out.write(portion.join(''))) {
				await once(out, 'drain');
			}
			portion = [];
		}
	}
	out.end();
	await once(out, 'close');
}

type Random = () => number;

function chatRow(row: number, random: Random, sentences: readonly string[]): string {
	const turns = 2 + 2 * Math.floor(random() * 4);
	const messages = Array.from({ length: turns }, (_, turn) => ({
		content: text(random, sentences, sizes.chat.turn * (turn % 2 === 0 ? 0.4 : 1.8)),
		role: turn % 2 === 0 ? 'user' : 'assistant',
	}));
	const id = Math.floor(random() * 2 ** 52).toString(16);
	const whole = { prompt: messages[0]?.content, prompt_id: `${id}${row.toString(16)}`, messages };
	return `${JSON.stringify(whole)}\n`;
}

function rawRow(row: number, random: Random, sentences: readonly string[]): string {
	const turns = 2 + 2 * Math.floor(random() * 4);
	const data = Array.from({ length: turns }, () => text(random, sentences, sizes.raw.turn));
	return `${JSON.stringify({ id: String(row), data })}\n`;
}

function text(random: Random, sentences: readonly string[], characters: number): string {
	const wanted = characters * (0.3 + 1.4 * random());
	let made = '';
	while (made.length < wanted) {
		made += sentences[Math.floor(random() * sentences.length)] ?? '';
		made += random() < 0.12 ? '\n\n' : ' ';
	}
	return made.trimEnd();
}

/** Sentences of made-up words with the faults that the checks look for, in the shares of real data. */
function phrases(random: Random): string[] {
	const syllables = 'ba ce di fo gu ha le mi no pu ra se ti vo wu ya zen lor tal mer ish'.split(
		' ',
	);
	const pick = (): string => syllables[Math.floor(random() * syllables.length)] ?? '';
	const words = Array.from({ length: 6000 }, () =>
		Array.from({ length: 1 + Math.floor(random() * 4) }, pick).join(''),
	);
	return Array.from({ length: 20_000 }, (_, n) => {
		const length = 5 + Math.floor(random() * 18);
		const body = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
		const start = n % 50 === 0 ? body : body.charAt(0).toUpperCase() + body.slice(1);
		const preface = n % 400 === 0 ? "I don't have personal experience with that, but " : '';
		const special = n % 30 === 0 ? ` “${pick()}” — é ${n}\t${pick()}` : '';
		return `${preface}${start}${special}.`;
	});
}

/** Mulberry32: small, seeded, the same everywhere. */
function generator(seed: number): Random {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
