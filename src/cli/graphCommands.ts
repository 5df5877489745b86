import type { Command } from 'commander';
import type { Act } from './act';
import { hostArgument, resourceOption, trustOption } from './commandArguments';
import {
	checkGraph,
	graphStatus,
	newGraph,
	restartGraph,
	runGraph,
	type GraphRunOptions,
} from './commands/graph';

const graphArgument = 'YAML file with the nodes of the graph';
const hosts = (host: string, before: readonly string[] = []): string[] => [...before, host];

/**
 * The commands about graphs of runs.
 *
 * @param shipped folder of the recipes that come with Windsock
 */
export function addGraphCommands(program: Command, act: Act, shipped: string): void {
	const graph = program
		.command('graph')
		.description('stages that come out of each other: data, training, answers');
	graph
		.command('new')
		.description('copy a graph that comes with Windsock, with its recipes, to be changed')
		.argument('<name>', 'such as zephyr-ablation')
		.option('--out <folder>', 'default: recipes/NAME')
		.action((name: string, options: { readonly out?: string }, command: Command) =>
			act(command, ({ folder }) => newGraph(folder.root, shipped, name, options)),
		);
	graph
		.command('check')
		.description('say what is wrong with a graph and with the recipes of it; exit 1 on errors')
		.argument('<graph>', graphArgument)
		.action((path: string, _options: unknown, command: Command) =>
			act(command, () => checkGraph(path)),
		);
	graph
		.command('run')
		.description(
			'launch what may start and go on until all is done; the graph advances only while this runs',
		)
		.argument('<graph>', graphArgument)
		.option('--host <name>', `${hostArgument}; several share the stages (repeatable)`, hosts)
		.addOption(resourceOption())
		.addOption(trustOption())
		.action((path: string, options: GraphRunOptions, command: Command) =>
			act(command, (services, output, signal) => runGraph(services, output, path, options, signal)),
		);
	graph
		.command('status')
		.description('say what each stage is at, and what the runs have come to')
		.argument('<graph>', graphArgument)
		.option('--host <name>', 'look there for runs that another machine launched', hosts)
		.action((path: string, options: GraphRunOptions, command: Command) =>
			act(command, (services, _output, signal) => graphStatus(services, path, options, signal)),
		);
	graph
		.command('restart')
		.description('run a stage and what depends on it again, nothing else, and go on as “run” does')
		.argument('<graph>', graphArgument)
		.argument('<stage>', 'as “status” names it')
		.option('--host <name>', `${hostArgument} (repeatable)`, hosts)
		.addOption(resourceOption())
		.addOption(trustOption())
		.action((path: string, stage: string, options: GraphRunOptions, command: Command) =>
			act(command, (services, output, signal) =>
				restartGraph(services, output, path, stage, options, signal),
			),
		);
}
