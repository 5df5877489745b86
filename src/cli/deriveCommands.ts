import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Result } from '../core/base/result';
import { binarize, type BinarizeCommandOptions } from './commands/binarize';
import { clean, type CleanCommandOptions } from './commands/clean';
import { diff } from './commands/diff';
import { diffRuns, runsToCompare } from './commands/diffRuns';
import { split, type SplitCommandOptions } from './commands/split';
import type { Answer, Output } from './output';
import type { Services } from './services';

/** What a data command gets beside its options. */
export interface DataContext {
	readonly output: Output;
	readonly version: string;
	readonly signal: AbortSignal;
	/** Folder whose project is meant. */
	readonly workspace: string;
	readonly services: Services;
}

type ActOnData = (
	command: Command,
	handler: (context: DataContext) => Promise<Result<Answer>>,
) => Promise<void>;

/** The commands that make one dataset from others. */
export function addDeriveCommands(program: Command, act: ActOnData): void {
	program
		.command('clean')
		.description('run a pipeline of filters, fixes, labels and hand edits; accounts for every row')
		.argument('<pipeline>', 'YAML file: source, out, steps')
		.option('--dry-run', 'count what each step would do and write nothing')
		.action((pipeline: string, options: CleanCommandOptions, command: Command) =>
			act(command, context => clean(pipeline, options, context)),
		);
	program
		.command('split')
		.description('part a dataset into train and test, all rows of a prompt on one side')
		.argument('<file>', '.jsonl, .json (an array of rows) or .parquet')
		.requiredOption('--out-dir <dir>', 'folder for NAME.train.jsonl and NAME.test.jsonl')
		.option('--test <share>', 'share of prompts on the test side', share, 0.05)
		.option('--seed <n>', 'another seed, another split', wholeNumber, 0)
		.option('--near <similarity>', 'from which prompts stay together; 0: equal ones', near, 0.8)
		.option('--dry-run', 'count and write nothing')
		.action((file: string, options: SplitCommandOptions, command: Command) =>
			act(command, context => split(file, options, context)),
		);
	program
		.command('diff')
		.description(
			'compare two versions of a dataset, example by example, or what two runs were made of',
		)
		.argument('<old>', 'a dataset, FILE@REVISION for a version in git, or a run')
		.argument('<new>', 'the same')
		.action((old: string, now: string, _options: unknown, command: Command) =>
			act(command, async context => {
				const { services, output, signal } = context;
				const runs = runsToCompare(services, [old, now]);
				return runs === undefined
					? diff(old, now, context)
					: diffRuns(services, runs, output, signal);
			}),
		);
	addBinarize(program, act);
}

function addBinarize(program: Command, act: ActOnData): void {
	const choice = (flags: string, about: string, choices: readonly string[]): Option =>
		new Option(flags, about).choices(choices).default(choices[0]);
	program
		.command('binarize')
		.description('make preference pairs of raw UltraFeedback, and count what each rule does')
		.argument('<file>', 'rows with instruction and completions')
		.requiredOption('--out <file>', 'JSONL file for the pairs')
		.option('--sft-out <file>', 'JSONL file for dialogues with the best reply')
		.addOption(choice('--chosen <score>', 'score that chooses', ['overall', 'mean']))
		.addOption(choice('--rejected <rule>', 'which reply loses', ['random', 'worst', 'margin']))
		.option('--margin <n>', 'least distance with --rejected margin', distance, 1)
		.addOption(choice('--ties <rule>', 'pairs with equal scores', ['keep', 'drop']))
		.option('--mend-tens', 'mend overall scores of 10 that were meant as 1', false)
		.option('--contamination <file...>', 'drop prompts that stand in these files')
		.option('--seed <n>', 'another seed, other rejected replies', wholeNumber, 0)
		.option('--dry-run', 'count and write nothing')
		.action((file: string, options: BinarizeCommandOptions, command: Command) =>
			act(command, context => binarize(file, options, context)),
		);
}

function distance(text: string): number {
	const value = Number(text);
	if (!(value > 0)) {
		throw new InvalidArgumentError('not a number above 0');
	}
	return value;
}

function share(text: string): number {
	const value = Number(text);
	if (!(value > 0 && value < 1)) {
		throw new InvalidArgumentError('not a number between 0 and 1');
	}
	return value;
}

function near(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value === 0 || (value >= 0.5 && value <= 1))) {
		throw new InvalidArgumentError('not 0, and not from 0.5 to 1');
	}
	return value;
}

/** The share of a prompt that has to be found: all of it is one, too. */
export function portion(text: string): number {
	return text.trim() === '1' ? 1 : share(text);
}

/** Words of a run that two prompts have in common. */
export function ngram(text: string): number {
	const value = wholeNumber(text);
	if (value < 2) {
		throw new InvalidArgumentError('not a whole number of at least 2');
	}
	return value;
}

/** A Jaccard similarity that near-duplicates can be looked for with. */
export function similarity(text: string): number {
	const value = Number(text);
	if (!(value >= 0.5 && value <= 1)) {
		throw new InvalidArgumentError('not from 0.5 to 1');
	}
	return value;
}

function wholeNumber(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isSafeInteger(value)) {
		throw new InvalidArgumentError('not a whole number');
	}
	return value;
}
