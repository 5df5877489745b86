import { Option, type Command } from 'commander';
import type { Act } from './act';
import { hostOption, positiveInteger, resourceOption, trustOption } from './commandArguments';
import { check } from './commands/check';
import type { HostCheckOptions } from './commands/checkOnHost';
import { listRecipes, showRecipe, showTemplate } from './commands/shippedRecipes';
import { tokens, type TokensOptions } from './commands/tokens';
import { importRecipe, type ImportOptions } from './commands/importRecipe';

/** @param shipped folder of the recipes that come with Windsock */
export function addRecipeCommands(program: Command, act: Act, shipped: string): void {
	program
		.command('check')
		.description('say what is wrong with a recipe before it is launched; exit 1 on errors')
		.argument('<recipe>', 'YAML file')
		.option('--host <name>', 'also look there, at every row, with the code that trains')
		.option('--probe', 'with --host: train two steps on the longest rows to measure memory')
		.addOption(resourceOption())
		.addOption(trustOption())
		.action((recipe: string, options: HostCheckOptions, command: Command) => {
			const { host, probe, resource = [], trust = [] } = options;
			const isForHost = probe === true || resource.length > 0 || trust.length > 0;
			if (host === undefined && isForHost) {
				command.error('error: --probe, --resource and --trust need --host');
			}
			return act(command, (services, output, signal) =>
				check(services, output, recipe, options, signal),
			);
		});
	program
		.command('tokens')
		.description(
			'show a row as the trainer sees it: text, tokens, which carry loss, where it is cut',
		)
		.argument('<recipe>', 'YAML file')
		.requiredOption('--row <n>', 'row of the dataset, from 1', positiveInteger)
		.option('--dataset <file>', 'dataset (default: the first that the recipe trains on)')
		.addOption(hostOption())
		.action((recipe: string, options: TokensOptions, command: Command) =>
			act(command, (services, output, signal) => tokens(services, output, recipe, options, signal)),
		);
	const recipe = program.command('recipe').description('recipes: what to train, and how');
	recipe
		.command('list')
		.description('list the recipes that come with Windsock')
		.action((_options: unknown, command: Command) => act(command, () => listRecipes(shipped)));
	recipe
		.command('show')
		.description('print one of them')
		.argument('<name>', 'as “recipe list” names it')
		.action((name: string, _options: unknown, command: Command) =>
			act(command, () => showRecipe(shipped, name)),
		);
	recipe
		.command('template')
		.description('print a chat template with marks for assistant_only_loss, or list them')
		.argument('[name]', 'as the list names it')
		.action((name: string | undefined, _options: unknown, command: Command) =>
			act(command, () => showTemplate(shipped, name)),
		);
	recipe
		.command('import')
		.description(
			'make a recipe of a file for alignment-handbook, TRL, Axolotl or LLaMA-Factory, and say what became of each key',
		)
		.argument('<file>', 'YAML file')
		.option('--out <file>', 'recipe to write (default: print it)')
		.addOption(
			new Option('--method <method>', 'where the file does not say').choices(['sft', 'dpo']),
		)
		.option(
			'--gpus-before <n>',
			'GPUs that it was written for (alignment-handbook: 8)',
			positiveInteger,
		)
		.option('--gpus <n>', 'GPUs that will train; the global batch stays', positiveInteger)
		.action((file: string, options: ImportOptions, command: Command) =>
			act(command, () => importRecipe(file, options)),
		);
}
