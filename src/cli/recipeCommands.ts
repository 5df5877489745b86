import type { Command } from 'commander';
import type { Act } from './act';
import { check } from './commands/check';

export function addRecipeCommands(program: Command, act: Act): void {
	program
		.command('check')
		.description('say what is wrong with a recipe before it is launched; exit 1 on errors')
		.argument('<recipe>', 'YAML file')
		.action((recipe: string, _options: unknown, command: Command) =>
			act(command, () => check(recipe)),
		);
}
