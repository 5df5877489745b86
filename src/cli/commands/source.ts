import { join } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { cacheFolder } from '../../node/dataset/hub/cacheFolder';
import { locationIn } from '../../node/dataset/datasetLocation';
import { expected } from '../../node/dataset/expected';
import { PhraseIndex, type PhraseSource } from '../../node/responses/source/phraseIndex';
import { table, type Answer, type Output } from '../output';

/** Beside the command's own bundle. */
const workFile = join(__dirname, 'workers', 'dataWorkWorker.js');

interface FoundSource extends PhraseSource {
	readonly path: string;
}

/** The rows of training data that say most of a phrase: similar, which is no proof of cause. */
export async function source(
	phrase: string,
	datasets: readonly string[],
	{ limit }: { readonly limit: number },
	output: Output,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const sources: FoundSource[] = [];
	const searched: { readonly path: string; readonly rows: number }[] = [];
	for (const dataset of datasets) {
		const path = locationIn(process.cwd(), dataset);
		const found = await expected(async () => {
			const index = await PhraseIndex.open(path, {
				cache: join(cacheFolder(), 'phrases'),
				workFile,
				progress: output.progress,
				signal,
			});
			try {
				searched.push({ path, rows: index.rows });
				return (await index.find(phrase, limit)).map(one => ({ path, ...one }));
			} finally {
				await index.close();
			}
		});
		if (!found.ok) {
			return found;
		}
		sources.push(...found.value);
	}
	const nearest = sources
		.toSorted((a, b) => b.sharedWords - a.sharedWords || b.score - a.score)
		.slice(0, limit);
	const lines = nearest.map(({ path, row, place, sharedWords, phraseWords, excerpt }) => [
		`${path}:${row}`,
		place,
		`${sharedWords}/${phraseWords}`,
		excerpt.slice(0, 120),
	]);
	const text =
		lines.length === 0
			? 'No row has a word of it.\n'
			: `${table([['ROW', 'IN', 'WORDS', 'TEXT'], ...lines])}Similar, not proof of cause.\n`;
	return ok({ json: { phrase, datasets: searched, sources: nearest }, text });
}
