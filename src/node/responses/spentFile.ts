import { appendFile, mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { ChatMessage } from '../../core/responses/promptSet';
import { promptKey } from '../../core/responses/spentPrompts';
import { sha256 } from './preferenceFiles';

/** One line of `spent.jsonl`, which is only ever appended to. The prompt itself is not in it. */
interface SpentLine {
	readonly schemaVersion: 1;
	/** sha256 of the normalised prompt. */
	readonly prompt: string;
	readonly comparisonId: string;
	/** Name of the file that the prompt went into. */
	readonly into: string;
	readonly time: string;
}

function spentPath(preferences: string): string {
	return path.join(preferences, 'spent.jsonl');
}

/** Tells of a prompt whether it was exported for training from this workspace. */
export async function readSpent(
	preferences: string,
): Promise<(messages: readonly ChatMessage[]) => boolean> {
	const hashes = await spentHashes(preferences);
	return hashes.size === 0 ? () => false : messages => hashes.has(sha256(promptKey(messages)));
}

/** Positions of the files that votes were exported into, or are kept in. */
export async function ownVotes(
	preferences: string,
	files: readonly string[],
): Promise<ReadonlySet<number>> {
	const text = await spentText(preferences);
	const names = new Set(
		text.split('\n').flatMap(line => /"into":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? []),
	);
	return new Set(
		files.flatMap((file, i) =>
			path.dirname(file) === preferences || names.has(JSON.stringify(path.basename(file)))
				? [i]
				: [],
		),
	);
}

async function spentHashes(preferences: string): Promise<Set<string>> {
	const text = await spentText(preferences);
	// A line that a crash cut short names no prompt.
	// Behind one that a full disk cut short, the next stands on the same line.
	return new Set([...text.matchAll(/"prompt":"([0-9a-f]{64})"/g)].map(([, hash = '']) => hash));
}

async function spentText(preferences: string): Promise<string> {
	return await readFile(spentPath(preferences), 'utf8').catch((error: unknown) => {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return '';
		}
		throw error;
	});
}

/**
 * Marks prompts as spent. Each is marked once, however often it is exported.
 *
 * @returns how many are new
 */
export async function markSpent(
	preferences: string,
	prompts: readonly (readonly ChatMessage[])[],
	origin: { readonly comparisonId: string; readonly into: string; readonly time: string },
): Promise<number> {
	const known = await spentHashes(preferences);
	const fresh = new Set(
		prompts.map(messages => sha256(promptKey(messages))).filter(hash => !known.has(hash)),
	);
	const lines = [...fresh].map((prompt): SpentLine => ({ schemaVersion: 1, prompt, ...origin }));
	if (lines.length > 0) {
		await mkdir(preferences, { recursive: true });
		const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
		await appendFile(spentPath(preferences), text);
	}
	return fresh.size;
}

/** Marks the prompts of the vote files that a training takes; other data is passed over. */
export async function markTrained(
	preferences: string,
	datasets: readonly string[],
	time: string,
): Promise<void> {
	for (const file of datasets) {
		const isVotes = path.dirname(file) === preferences && file.endsWith('.jsonl');
		const text = isVotes ? await readFile(file, 'utf8').catch(() => '') : '';
		const prompts = text.split('\n').flatMap(line => {
			const prompt = promptIn(line);
			// Prompts of several turns stand in a row with what the model said between, and in a set without.
			return prompt ? [prompt, prompt.filter(({ role }) => role === 'user')] : [];
		});
		await markSpent(preferences, prompts, { comparisonId: '', into: path.basename(file), time });
	}
}

/** A line that was edited into something else names no prompt. */
function promptIn(line: string): readonly ChatMessage[] | undefined {
	try {
		const prompt: unknown = Reflect.get(Object(JSON.parse(line)) as object, 'prompt');
		const isChat =
			Array.isArray(prompt) &&
			prompt.every(turn => typeof Reflect.get(Object(turn) as object, 'content') === 'string');
		return isChat ? (prompt as readonly ChatMessage[]) : undefined;
	} catch {
		return undefined;
	}
}
