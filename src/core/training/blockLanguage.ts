import { afterCheckpointKey, afterCheckpointKeys, commandPlaceholders } from './afterCheckpoint';

/** What a key inside the block `after_checkpoint` is for, in a sentence. */
const words: Readonly<Record<string, string>> = {
	when: 'after: when the training has ended, on its GPUs. beside: at once, on GPUs that are waited for, or without any.',
	gpus: 'How many GPUs each waits for, beside the training.',
	answers: 'Answers to a prompt set by each checkpoint, as lanes of a comparison.',
	evaluate: 'Commands whose JSON becomes metrics of the run; one block or a list of them.',
	prompt_set: 'File with the prompts, relative to the recipe.',
	sampling: 'How to answer, such as {max_new_tokens: 256, temperature: 0}.',
	max_new_tokens: 'Tokens after which an answer is cut.',
	temperature: '0 always takes the likeliest token.',
	top_p: 'Share of the likelihood that is sampled from.',
	top_k: 'Tokens that are sampled from; 0 for all.',
	seed: 'Of the sampling.',
	name: 'What its metrics begin with.',
	command: `Program and arguments, as a list; no shell reads it. Filled in: ${commandPlaceholders.map(one => `{${one}}`).join(', ')}.`,
	results: 'The JSON that it writes, below {output}; also a pattern, of which the newest counts.',
	at: 'The part of the JSON that counts, such as results/ifeval. Else “results” where there is one, else all.',
	files: 'Files that go along into the folder that it runs in, relative to the recipe.',
	timeout_minutes: 'Minutes after which it has failed.',
};

const values: Readonly<Record<string, readonly string[]>> = { when: ['after', 'beside'] };

type Block = keyof typeof afterCheckpointKeys;

interface Place {
	readonly block: Block;
	/** Keys that stand in the same block already. */
	readonly taken: ReadonlySet<string>;
}

/** Keys or values that may stand where the cursor is; undefined outside of the block. */
export function blockCompletions(
	text: string,
	offset: number,
): readonly { label: string; insert: string; words?: string; hasValues?: boolean }[] | undefined {
	const start = text.lastIndexOf('\n', offset - 1) + 1;
	const before = text.slice(start, offset);
	const place = /^\s/.test(before) ? placeOf(text, start) : undefined;
	if (place === undefined) {
		return undefined;
	}
	const value = /^[ \t-]+([a-z_]+):\s+\S*$/.exec(before)?.[1];
	if (value !== undefined) {
		return (values[value] ?? []).map(label => ({ label, insert: label }));
	}
	if (!/^[ \t-]*[a-z_]*$/.test(before)) {
		return [];
	}
	const own = /^[ \t-]*([a-z_]+):/.exec(text.slice(start))?.[1];
	return afterCheckpointKeys[place.block]
		.filter(key => key === own || !place.taken.has(key))
		.map(label => ({
			label,
			insert: own === undefined ? `${label}: ` : label,
			words: words[label] ?? '',
			hasValues: own === undefined && values[label] !== undefined,
		}));
}

/** The key of the block under the cursor with what it is for. */
export function blockHover(
	text: string,
	offset: number,
): { readonly start: number; readonly end: number; readonly lines: readonly string[] } | undefined {
	const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
	const found = /^([ \t-]+)([a-z_]+)(?=:)/.exec(text.slice(lineStart));
	const [, indent = '', key = ''] = found ?? [];
	const start = lineStart + indent.length;
	const end = start + key.length;
	const isOn = indent !== '' && offset >= start && offset <= end;
	const place = isOn ? placeOf(text, lineStart) : undefined;
	const about = words[key];
	const known: readonly string[] = place === undefined ? [] : afterCheckpointKeys[place.block];
	return about !== undefined && known.includes(key) ? { start, end, lines: [about] } : undefined;
}

/** Which block a line is in, by the indents of the lines above it. */
function placeOf(text: string, lineStart: number): Place | undefined {
	const line = /^[ \t-]*/.exec(text.slice(lineStart).split('\n', 1)[0] ?? '')?.[0] ?? '';
	let depth = line.length;
	const path: string[] = [];
	const taken = new Set<string>();
	// A dash begins an entry of its own.
	let inBlock = !line.includes('-');
	for (const above of text.slice(0, lineStart).split('\n').slice(0, -1).toReversed()) {
		const [, indent = '', key] = /^([ \t-]*)([A-Za-z_0-9]+):/.exec(above) ?? [];
		if (key === undefined) {
			continue;
		}
		if (indent.length === depth && inBlock) {
			taken.add(key);
			inBlock = !indent.includes('-');
		} else if (indent.length < depth) {
			inBlock = false;
			path.unshift(key);
			depth = indent.length;
		}
		if (indent === '') {
			break;
		}
	}
	for (const below of text.slice(lineStart).split('\n').slice(1)) {
		const [, indent = '', key] = /^([ \t-]*)([A-Za-z_0-9]+):/.exec(below) ?? [];
		if (key !== undefined && indent.length === line.length && !indent.includes('-')) {
			taken.add(key);
		} else if (key !== undefined && indent.length <= line.length) {
			break;
		}
	}
	const [top, ...inner] = path;
	const block = inner.at(-1) ?? '';
	return top === afterCheckpointKey && Object.hasOwn(afterCheckpointKeys, block)
		? { block: block as Block, taken }
		: undefined;
}
