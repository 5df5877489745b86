import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Act } from './act';
import { positiveInteger, runArgument } from './commandArguments';
import { checkpoints, copy, merge, pull } from './commands/checkpoints';
import { push, type PushOptions } from './commands/push';
import { withRun } from './runArgument';

export function addCheckpointCommands(program: Command, act: Act): void {
	program
		.command('checkpoints')
		.description('list what a run has saved on its host')
		.argument('<run>', runArgument)
		.option('--remove <step>', 'remove the checkpoint of this step instead', positiveInteger)
		.action((run: string, options: { remove?: number }, command: Command) =>
			act(command, (services, _output, signal) =>
				withRun(services, run, runId => checkpoints(services, runId, options, signal)),
			),
		);
	program
		.command('pull')
		.description('bring a checkpoint to this machine; a broken pull is gone on with')
		.argument('<run>', runArgument)
		.option('--step <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.requiredOption('--out <dir>', 'folder to write')
		.action((run: string, options: { step?: number; out: string }, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId =>
					pull(services, output, runId, { ...options, out: resolve(options.out) }, signal),
				),
			),
		);
	program
		.command('merge')
		.description('merge an adapter into its base model on the host, as a model of its own there')
		.argument('<run>', runArgument)
		.option('--step <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.action((run: string, options: { step?: number }, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => merge(services, output, runId, options, signal)),
			),
		);
	program
		.command('push')
		.description('say what of a checkpoint would go to the Hub; with --yes push it from its host')
		.argument('<run>', runArgument)
		.requiredOption('--repo <owner/name>', 'repository of the Hub; made where there is none')
		.option('--checkpoint <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.option('--merged', 'the model that its adapter or its shards were merged into')
		.option('--private', 'make the repository private, and refuse one that is public')
		.option(
			'--token-file <path>',
			'file of the host, mode 0600, with the token (default: the host’s own login)',
		)
		.option('--yes', 'push it')
		.action((run: string, options: PushOptions, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => push(services, output, runId, options, signal)),
			),
		);
	program
		.command('copy')
		.description('copy a checkpoint to another host, through this machine')
		.argument('<run>', runArgument)
		.option('--step <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.requiredOption('--to <host>', 'host from ~/.ssh/config, or “local”')
		.action((run: string, options: { step?: number; to: string }, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => copy(services, output, runId, options, signal)),
			),
		);
}
