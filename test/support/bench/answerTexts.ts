import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../src/core/responses/shuffle';
import { sharedData } from '../sharedRows';

/** Four answers to one prompt: a reference and three others, of about 1,400 characters each. */
export interface AnswerSet {
	readonly prompt: string;
	readonly reference: string;
	readonly others: readonly string[];
}

export const prompts = 805;
const published = join(sharedData, 'alpaca-eval', 'llama-2-7b-chat-hf.annotations.json');

/** Whether the texts are real answers; else they are made. */
export const arePublished = existsSync(published);

/**
 * 805 sets: published answers where they are there, else seeded texts. An answer to the same prompt by
 * a related model is not published here, so the others are the answer with every sixth word another,
 * the answer with its sentences in another order, and the other model's answer.
 */
export function answerSets(): AnswerSet[] {
	const random = seededRandom(7);
	const pairs = arePublished ? publishedPairs() : madePairs(random);
	return pairs.map(({ prompt, left, right }) => ({
		prompt,
		reference: right,
		others: [exchanged(right, random), reordered(right, random), left],
	}));
}

function publishedPairs(): { prompt: string; left: string; right: string }[] {
	const rows = JSON.parse(readFileSync(published, 'utf8')) as Record<string, string>[];
	return rows.map(row => ({
		prompt: row['instruction'] ?? '',
		left: row['output_1'] ?? '',
		right: row['output_2'] ?? '',
	}));
}

function madePairs(random: () => number): { prompt: string; left: string; right: string }[] {
	const words = Array.from({ length: 2000 }, (_, i) => `w${i.toString(36)}ord`);
	const text = (): string =>
		Array.from(
			{ length: 220 },
			() =>
				`${words[Math.floor(random() ** 3 * words.length)]}${random() < 0.07 ? '.' : random() < 0.02 ? '.\n\n' : ''}`,
		).join(' ');
	return Array.from({ length: prompts }, (_, i) => ({
		prompt: `Prompt ${i}`,
		left: text(),
		right: text(),
	}));
}

function exchanged(text: string, random: () => number): string {
	return text
		.split(' ')
		.map(word => (random() < 1 / 6 ? `other${Math.floor(random() * 50)}` : word))
		.join(' ');
}

function reordered(text: string, random: () => number): string {
	return text
		.split(/(?<=[.!?])\s+/)
		.map(sentence => ({ sentence, key: random() }))
		.toSorted((a, b) => a.key - b.key)
		.map(({ sentence }) => sentence)
		.join(' ');
}
