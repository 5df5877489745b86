import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { summariseComparison, type Comparison } from '../../core/responses/comparison';
import type { ChatMessage } from '../../core/responses/promptSet';
import { withoutSpent, type SpentVotes } from '../../core/responses/spentPrompts';
import { exportComparison, type ExportTarget } from '../../core/responses/formats/exportComparison';
import { comparisonStatistics } from '../../core/responses/statistics/comparisonStatistics';
import type { ExactRow } from '../../core/responses/formats/exactRows';
import { readComparedFiles, type FilesRead } from '../../node/responses/comparedFiles';
import { readComparison } from '../../node/responses/comparisonStore';
import { readSpent } from '../../node/responses/spentFile';
import { writeExport } from '../../node/responses/exportedComparison';
import { table, type Answer } from '../output';
import { behaviourOf, behaviourText } from './compareBehaviour';
import { statisticsText } from './compareStatistics';
import { filesJson, filesText } from './compareFiles';

export interface CompareOptions {
	readonly to?: ExportTarget;
	readonly out?: string;
	/** Labels to export; all when empty. */
	readonly model: readonly string[];
}

/** A comparison folder, or files of answers and judgments of any known format. */
export async function compare(
	paths: readonly string[],
	options: CompareOptions,
	signal: AbortSignal,
	/** Folder that knows which prompts were trained on. */
	preferences?: string,
): Promise<Result<Answer>> {
	const isSpent = preferences === undefined ? () => false : await readSpent(preferences);
	const [only = '.'] = paths;
	const isOneFolder = paths.length === 1 && (await isDirectory(resolve(only)));
	if (!isOneFolder || !(await isComparisonFolder(resolve(only)))) {
		const files = await readComparedFiles(
			paths.map(path => resolve(path)),
			signal,
		);
		if (files.ok && !(isOneFolder && isOwn(files.value))) {
			return filesAnswer(files.value, options);
		}
		if (!files.ok && !(isOneFolder && files.error.code === 'answersUnknown')) {
			return files;
		}
	}
	const comparison = await readComparison(resolve(only));
	if (!comparison.ok) {
		return comparison;
	}
	const answer = comparisonAnswer(comparison.value, isSpent);
	return withExport(answer, comparison.value, options);
}

async function filesAnswer(read: FilesRead, options: CompareOptions): Promise<Result<Answer>> {
	const compared = read.comparison && comparisonAnswer(read.comparison);
	const answer = {
		json: { ...filesJson(read), ...compared?.json },
		text: [filesText(read), ...(compared ? [compared.text] : [])].join('\n'),
	};
	return withExport(answer, read.comparison, options, read.document);
}

async function withExport(
	answer: Answer,
	comparison: Comparison | undefined,
	{ to, out, model }: CompareOptions,
	document?: ExactRow,
): Promise<Result<Answer>> {
	if (to === undefined || out === undefined) {
		return ok(answer);
	}
	const exported = comparison
		? exportComparison(comparison, to, model, document)
		: 'they hold no answers';
	if (typeof exported === 'string') {
		return err(new WindsockError('exportImpossible', { reason: exported }));
	}
	const written = await writeExport(exported, resolve(out));
	if (!written.ok) {
		return written;
	}
	const leftOut = [...exported.leftOut].map(([reason, answers]) => ({ reason, answers }));
	const lines = [
		...written.value.map(path => `wrote ${path}`),
		...leftOut.map(({ reason, answers }) => `left out ${answers} answers: ${reason}`),
	];
	return ok({
		...answer,
		json: { ...answer.json, exported: { to, files: written.value, leftOut } },
		text: `${answer.text}\n${lines.join('\n')}\n`,
	});
}

/** Windsock's own answers alone are read as a folder is: what was appended last counts. */
function isOwn({ files }: FilesRead): boolean {
	return files.every(({ format }) => format === 'windsock-answers');
}

async function isComparisonFolder(folder: string): Promise<boolean> {
	const signs = await Promise.all(
		['comparison.json', 'responses'].map(name => isThere(join(folder, name))),
	);
	return signs.includes(true);
}

async function isThere(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

async function isDirectory(path: string): Promise<boolean> {
	return stat(path).then(
		info => info.isDirectory(),
		() => false,
	);
}

function comparisonAnswer(
	whole: Comparison,
	isSpent: (messages: readonly ChatMessage[]) => boolean = () => false,
): Answer {
	const { unspent: comparison, spent } = withoutSpent(whole, isSpent);
	const summary = summariseComparison(comparison);
	const behaviour = behaviourOf(comparison);
	const statistics = comparisonStatistics(comparison);
	const { models, prompts, votes, reference } = summary;
	const rows = models.map(model => [
		model.label,
		`${model.answers}/${prompts}`,
		String(model.cut),
		String(model.empty),
		model.meanCharacters.toFixed(0),
		model.sharedWithReference === undefined ? '' : model.sharedWithReference.toFixed(2),
		model.winRate === undefined
			? ''
			: `${(100 * model.winRate.share).toFixed(0)}% of ${model.decided}`,
	]);
	const like = reference === undefined ? 'SHARED' : `SHARED WITH ${reference}`;
	const text =
		table([['MODEL', 'ANSWERS', 'CUT', 'EMPTY', 'CHARACTERS', like, 'WINS'], ...rows]) +
		`${votes.prompts} of ${prompts} prompts have votes\n${spentText(spent)}` +
		statisticsText(statistics) +
		behaviourText(behaviour);
	return {
		json: { comparison: { ...summary, ...(spent ? { spent } : {}) }, statistics, behaviour },
		text,
	};
}

function spentText(spent: SpentVotes | undefined): string {
	if (!spent) {
		return '';
	}
	const wins = spent.models.map(({ label, wins: won, decided }) => `${label} ${won} of ${decided}`);
	return `${spent.prompts} more are spent: votes on them were exported for training, so no rate counts them (${wins.join(', ')})\n`;
}
