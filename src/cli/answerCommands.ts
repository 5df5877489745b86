import type { Command } from 'commander';
import type { Act } from './act';
import {
	dryRunOption,
	hostOption,
	modelRefs,
	number,
	positiveInteger,
	resourceOption,
	rowLimit,
} from './commandArguments';
import { compare } from './commands/compare';
import { generate, type GenerateOptions } from './commands/generate';
import { source } from './commands/source';

export function addAnswerCommands(program: Command, act: Act): void {
	program
		.command('generate')
		.description('let models answer a prompt set')
		.argument('<prompts>', 'JSONL file: {"id", "messages"} per line')
		.requiredOption(
			'--model <model>',
			'base, run:ID[@step], path:…, hub:id@revision or endpoint:name (repeatable)',
			modelRefs,
		)
		.addOption(hostOption())
		.option('--out <dir>', 'folder of the comparison (default .windsock/comparisons/ID)')
		.option('--name <name>', 'name of the comparison')
		.option('--max-new-tokens <n>', 'longest answer', positiveInteger)
		.option('--temperature <t>', '0 picks the likeliest token', number)
		.option('--top-p <p>', 'nucleus sampling', number)
		.option('--seed <n>', 'for sampling', positiveInteger)
		.addOption(resourceOption())
		.addOption(dryRunOption())
		.option('--no-wait', 'return when the run is on record')
		.action((prompts: string, options: GenerateOptions, command: Command) =>
			act(command, (services, output, signal) =>
				generate(services, output, prompts, options, signal),
			),
		);
	program
		.command('compare')
		.description('summarise a folder of answers')
		.argument('<dir>', 'comparison folder')
		.action((directory: string, _options: unknown, command: Command) =>
			act(command, () => compare(directory)),
		);
	program
		.command('source')
		.description(
			'list the rows of training data that say most of a phrase: similar, no proof of cause',
		)
		.argument('<phrase>', 'words of an answer; case and punctuation do not count')
		.argument('<dataset...>', 'files or folders of SFT or preference data')
		.option('--limit <n>', 'list at most so many rows', rowLimit, 10)
		.action((phrase: string, datasets: string[], options: { limit: number }, command: Command) =>
			act(command, (_services, output, signal) =>
				source(phrase, datasets, options, output, signal),
			),
		);
}
