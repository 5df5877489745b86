import { join } from 'node:path';
import { err, ok, type Result } from '../../core/base/result';
import { cacheFolder } from '../../node/dataset/hub/cacheFolder';
import { locationIn } from '../../node/dataset/datasetLocation';
import { expected } from '../../node/dataset/expected';
import { PhraseIndexes } from '../../node/responses/source/phraseIndexes';
import { table, type Answer, type Output } from '../output';

/** Beside the command's own bundle. */
const workFile = join(__dirname, 'workers', 'dataWorkWorker.js');

/** The rows of training data that say most of a phrase: similar, which is no proof of cause. */
export async function source(
	phrase: string,
	datasets: readonly string[],
	{ limit }: { readonly limit: number },
	output: Output,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const indexes = new PhraseIndexes({ cache: join(cacheFolder(), 'phrases'), workFile });
	const paths = datasets.map(dataset => locationIn(process.cwd(), dataset));
	const context = { limit, progress: output.progress, signal };
	const found = await expected(() => indexes.find(phrase, paths, context));
	indexes.dispose();
	if (!found.ok) {
		return found;
	}
	const { searched, failed, sources: nearest } = found.value;
	const [fault] = failed;
	if (fault) {
		return err(fault.error);
	}
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
