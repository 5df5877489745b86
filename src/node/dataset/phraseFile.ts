import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { phraseList, ownPhrases, type PhraseList } from '../../core/dataset/findings/phraseList';

/** Longer lists would slow every reply down. */
const mostPhrases = 1000;

/**
 * The phrases for the checks of a dataset: our own and those of the nearest `.windsock/phrases.yaml`
 * in its folder or one above. The file has the lists `prefaces` and `refusals` of plain text, in
 * any case; a phrase counts where a reply begins with it, after an excuse or not.
 */
export async function phrasesFor(datasetPath: string): Promise<PhraseList> {
	for (let folder = dirname(resolve(datasetPath)); ; folder = dirname(folder)) {
		const text = await textOf(join(folder, '.windsock', 'phrases.yaml'));
		if (text !== undefined) {
			return parsePhrases(text);
		}
		if (folder === dirname(folder)) {
			return ownPhrases;
		}
	}
}

/** A list that cannot be read leaves our own phrases. */
export async function parsePhrases(text: string): Promise<PhraseList> {
	const { parseDocument } = await import('yaml');
	const document = parseDocument(text);
	const value: unknown =
		document.errors.length === 0 ? document.toJS({ maxAliasCount: 10 }) : undefined;
	return phraseList({
		prefaces: stringsOf(value, 'prefaces'),
		refusals: stringsOf(value, 'refusals'),
	});
}

function stringsOf(value: unknown, key: string): string[] {
	const list =
		value !== null && typeof value === 'object'
			? (value as Record<string, unknown>)[key]
			: undefined;
	return Array.isArray(list)
		? list.filter(item => typeof item === 'string').slice(0, mostPhrases)
		: [];
}

async function textOf(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch {
		// Not there, or no file that can be read: the next folder up may have one.
		return undefined;
	}
}
