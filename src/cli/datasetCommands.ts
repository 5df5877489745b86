import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { conversionTargets, type ConversionTarget } from '../core/dataset/conversion';
import { usualOverlap } from '../core/dataset/near/promptOverlap';
import type { Act } from './act';
import { rowLimit } from './commandArguments';
import { convert } from './commands/convert';
import { find, type FindCommandOptions } from './commands/find';
import { inspect, type InspectCommandOptions } from './commands/inspect';
import { inspectAnnotations } from './commands/inspectAnnotations';
import { ngram, portion, similarity } from './deriveCommands';

interface InspectOptions extends InspectCommandOptions {
	readonly annotations?: boolean;
	readonly workspace: string;
}

const datasetArgument =
	'a .jsonl, .json, .csv (also .gz or .zst), .parquet or .arrow file, a folder of such files, a quoted glob, or hf://datasets/ID@revision/path';

export function addDatasetCommands(program: Command, act: Act): void {
	program
		.command('inspect')
		.description('say what a dataset holds and what is wrong with it; exit 1 on errors')
		.argument('<file>', datasetArgument)
		.option('--annotations', 'say instead what annotators decided, and how far they agree')
		.option('--near-duplicates', 'also look for rows that say nearly the same')
		.option('--threshold <similarity>', 'from which they count as near', similarity, 0.8)
		.option('--against <file...>', 'also compare with other datasets, such as the test split')
		.option('--contamination <file...>', 'also look for prompts that stand in these sets')
		.option('--ngram <n>', 'words that must follow each other in both', ngram, usualOverlap.ngram)
		.option('--share <share>', 'share of a prompt that must be found', portion, usualOverlap.share)
		.action((file: string, options: InspectOptions, command: Command) =>
			act(command, (_services, output, signal) =>
				options.annotations
					? inspectAnnotations(file, { workspace: resolve(options.workspace), signal })
					: inspect(file, options, { output, signal }),
			),
		);
	program
		.command('find')
		.description(
			'list the rows that pass a filter expression, as the editor’s query field takes it',
		)
		.argument('<file>', datasetArgument)
		.argument('<query>', 'such as: role:assistant content:/as an ai/i len>2000 label:drop')
		.option('--count', 'only say how many')
		.option('--limit <n>', 'list at most so many rows', rowLimit, 50)
		.action((file: string, query: string, options: FindCommandOptions, command: Command) =>
			act(command, (_services, _output, signal) => find(file, query, options, signal)),
		);
	program
		.command('convert')
		.description('write a dataset in a form that TRL trains on')
		.argument('<file>', datasetArgument)
		.addOption(
			new Option('--to <form>', 'form to write').choices(conversionTargets).makeOptionMandatory(),
		)
		.requiredOption('--out <file>', 'JSONL file to write')
		.action((file: string, options: { to: ConversionTarget; out: string }, command: Command) =>
			act(command, (_services, _output, signal) => convert(file, options, signal)),
		);
}
