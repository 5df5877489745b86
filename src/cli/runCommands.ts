import { Option, type Command } from 'commander';
import type { Act } from './act';
import {
	dryRunOption,
	hostArgument,
	hostOption,
	modelRef,
	override,
	positiveInteger,
	resourceOption,
	runArgument,
	trustOption,
} from './commandArguments';
import { attach, runsOfHost } from './commands/attach';
import { archiveRun, deleteRun, type ArchiveOptions, type DeleteOptions } from './commands/delete';
import { doctor } from './commands/doctor';
import { launch, type LaunchOptions } from './commands/launch';
import { logs } from './commands/logs';
import { metrics, type MetricsOptions } from './commands/metrics';
import { rerun, type RerunOptions } from './commands/rerun';
import { resume, startNow, type ResumeOptions } from './commands/resume';
import { runs } from './commands/runs';
import { stop } from './commands/stop';
import { withRun } from './runArgument';

export function addRunCommands(program: Command, act: Act): void {
	program
		.command('launch')
		.description('start a training run from a recipe')
		.argument('[recipe]', 'YAML file')
		.option('--like <run>', 'take the exact recipe of this run; --set says what is to differ')
		.addOption(new Option('--host <name>', `${hostArgument}; “local”, with --like the run’s own`))
		.option('--name <name>', 'name of the run')
		.option(
			'--model <model>',
			'base, run:ID[@step], path:… or hub:id@revision, instead of the recipe’s',
			modelRef,
		)
		.option('--gpus <n>', 'wait until so many GPUs of the host are free', positiveInteger)
		.option('--gpu <uuid...>', 'wait for these GPUs')
		.option('--set <name=value>', 'override a recipe argument (repeatable)', override, [])
		.addOption(trustOption())
		.addOption(resourceOption())
		.addOption(dryRunOption())
		.option('--wait', 'follow until it has ended; exit 1 unless it finished')
		.action((recipe: string | undefined, options: LaunchOptions, command: Command) => {
			if ((recipe === undefined) === (options.like === undefined)) {
				command.error('error: give either a recipe or --like RUN');
			}
			return act(command, (services, output, signal) =>
				launch(services, output, recipe, options, signal),
			);
		});
	program
		.command('rerun')
		.description(
			'run a training again with the same inputs, by their hashes; says what is otherwise',
		)
		.argument('<run>', runArgument)
		.addOption(new Option('--host <name>', `${hostArgument}; by default the run’s own`))
		.option(
			'--anyway',
			'where an input has changed and its former content is gone, take the new one',
		)
		.addOption(trustOption())
		.addOption(dryRunOption())
		.option('--wait', 'follow until it has ended; exit 1 unless it finished')
		.action((run: string, options: RerunOptions, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => rerun(services, output, runId, options, signal)),
			),
		);
	program
		.command('runs')
		.description('list the runs of this folder, newest first')
		.option('--offline', 'do not ask the hosts')
		.option('--host <name>', 'list instead all runs that this host keeps')
		.action((options: { offline?: boolean; host?: string }, command: Command) =>
			act(command, (services, _output, signal) =>
				options.host === undefined
					? runs(services, options)
					: runsOfHost(services, options.host, signal),
			),
		);
	program
		.command('attach')
		.description('take a run that was launched elsewhere into this folder, to follow it from here')
		.argument('<run>', 'id, its beginning or end, name, or “last”, as “runs --host” lists them')
		.addOption(hostOption())
		.action((run: string, options: { host: string }, command: Command) =>
			act(command, (services, _output, signal) => attach(services, run, options, signal)),
		);
	program
		.command('logs')
		.description('print the end of a run’s log')
		.argument('<run>', runArgument)
		.option('-f, --follow', 'go on until the run has ended')
		.action((run: string, options: { follow?: boolean }, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => logs(services, output, runId, options, signal)),
			),
		);
	program
		.command('metrics')
		.description('print the metrics of runs, and of what other tools have logged')
		.argument(
			'<run|path...>',
			'run as for logs; a file or folder of TensorBoard, trainer_state.json, LLaMA-Factory, Trackio, W&B, CSV, JSON lines or a log; or host:path',
		)
		.option('--csv', 'print one table that reads back exactly')
		.option('--whole', 'also the beginning of files over 64 MB on a host')
		.action((targets: readonly string[], options: MetricsOptions, command: Command) =>
			act(command, (services, output, signal) =>
				metrics(services, output, targets, options, signal),
			),
		);
	program
		.command('doctor')
		.description(
			'say what the curves of runs tell: what is wrong, where it shows and what to change; exit 1 where training broke',
		)
		.argument('<run|path...>', 'runs as for logs, or what “metrics” reads, also host:path')
		.action((targets: readonly string[], _options: unknown, command: Command) =>
			act(command, (services, output, signal) => doctor(services, output, targets, signal)),
		);
	program
		.command('resume')
		.description('let an ended run go on from its newest complete checkpoint')
		.argument('<run>', runArgument)
		.option(
			'--from <step>',
			'from the checkpoint of this step; later ones are set aside',
			positiveInteger,
		)
		.option('--wait', 'follow until it has ended; exit 1 unless it finished')
		.action((run: string, options: ResumeOptions, command: Command) =>
			act(command, (services, output, signal) =>
				withRun(services, run, runId => resume(services, output, runId, options, signal)),
			),
		);
	program
		.command('start-now')
		.description('let a run that waits for GPUs start at once')
		.argument('<run>', runArgument)
		.action((run: string, _options: unknown, command: Command) =>
			act(command, (services, _output, signal) =>
				withRun(services, run, runId => startNow(services, runId, signal)),
			),
		);
	program
		.command('stop')
		.description('let a run save its work, then end it')
		.argument('<run>', runArgument)
		.option('--now', 'do not wait for it to save')
		.action((run: string, { now }: { readonly now?: true }, command: Command) =>
			act(command, (services, output) =>
				withRun(services, run, runId => stop(services, output, runId, now === true)),
			),
		);
	program
		.command('delete')
		.description('say what goes with an ended run, on its host and here; with --yes delete it')
		.argument('<run>', runArgument)
		.option('--yes', 'delete it')
		.option('--only-here', 'take it off the list and leave its host alone')
		.action((run: string, options: DeleteOptions, command: Command) =>
			act(command, (services, _output, signal) =>
				withRun(services, run, runId => deleteRun(services, runId, options, signal)),
			),
		);
	program
		.command('archive')
		.description('say what archiving removes: checkpoints and code on the host; with --yes do it')
		.argument('<run>', runArgument)
		.option('--yes', 'archive it')
		.option('--undo', 'put an archived run back among the others; its checkpoints stay gone')
		.action((run: string, options: ArchiveOptions, command: Command) =>
			act(command, (services, _output, signal) =>
				withRun(services, run, runId => archiveRun(services, runId, options, signal)),
			),
		);
}
