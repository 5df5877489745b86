import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { messageFor } from '../core/base/errorMessages';
import { WindsockError } from '../core/base/errors';
import type { Result } from '../core/base/result';
import { conversionTargets, type ConversionTarget } from '../core/dataset/conversion';
import { usualOverlap } from '../core/dataset/near/promptOverlap';
import { parseModelRef } from '../core/training/modelRef';
import { checkpoints, copy, pull } from './commands/checkpoints';
import { attach, runsOfHost } from './commands/attach';
import { compare } from './commands/compare';
import { convert } from './commands/convert';
import { find, type FindCommandOptions } from './commands/find';
import { inspect, type InspectCommandOptions } from './commands/inspect';
import { inspectAnnotations } from './commands/inspectAnnotations';
import { doctor, hosts } from './commands/hosts';
import { gc } from './commands/gc';
import { generate, type GenerateOptions } from './commands/generate';
import { launch, type LaunchOptions } from './commands/launch';
import { logs } from './commands/logs';
import { metrics } from './commands/metrics';
import { queue } from './commands/queue';
import { resume, startNow, type ResumeOptions } from './commands/resume';
import { runs } from './commands/runs';
import { stop } from './commands/stop';
import { addDataCommands, ngram, portion, similarity } from './dataCommands';
import { Output, type Answer, type Writer } from './output';
import type { Services } from './services';

export interface CliEnvironment {
	readonly stdout: Writer;
	readonly stderr: Writer;
	readonly version: string;
	readonly signal: AbortSignal;
	/** Builds the services of a workspace; called at most once. */
	readonly services: (workspace: string, verbose: boolean) => Result<Services>;
}

interface InspectOptions extends InspectCommandOptions {
	readonly annotations?: boolean;
	readonly workspace: string;
}

type Handler = (services: Services, output: Output, signal: AbortSignal) => Promise<Result<Answer>>;

/** Runs one command line (without node and script) and returns its exit code: 0, 1 or 2. */
export async function runCli(
	argv: readonly string[],
	environment: CliEnvironment,
): Promise<number> {
	let exitCode = 0;
	const act = async (command: Command, handler: Handler): Promise<void> => {
		const options = command.optsWithGlobals<{
			json?: boolean;
			workspace: string;
			verbose?: boolean;
		}>();
		const output = new Output({ json: options.json === true, ...environment });
		exitCode = await perform(options, output, environment, handler);
	};
	const program = buildProgram(environment, act);
	try {
		await program.parseAsync(argv, { from: 'user' });
		return exitCode;
	} catch (error) {
		if (error instanceof CommanderError) {
			return error.exitCode === 0 ? 0 : 2;
		}
		throw error;
	}
}

async function perform(
	options: { readonly workspace: string; readonly verbose?: boolean },
	output: Output,
	environment: CliEnvironment,
	handler: Handler,
): Promise<number> {
	const services = environment.services(options.workspace, options.verbose === true);
	if (!services.ok) {
		output.error(services.error);
		return 1;
	}
	try {
		const answer = await handler(services.value, output, environment.signal);
		if (!answer.ok) {
			output.error(answer.error);
			return 1;
		}
		output.answer(answer.value);
		return answer.value.exitCode ?? 0;
	} catch (error) {
		if (WindsockError.is(error)) {
			output.error(error);
			return 1;
		}
		throw error;
	} finally {
		services.value.dispose();
	}
}

type Act = (command: Command, handler: Handler) => Promise<void>;

function buildProgram({ stdout, stderr, version }: CliEnvironment, act: Act): Command {
	const program = new Command('windsock')
		.description('Look at training data, launch SFT and DPO runs, watch them, compare the answers.')
		.version(version)
		.exitOverride()
		.showHelpAfterError('(add --help for the options)')
		.configureOutput({
			writeOut: text => stdout.write(text),
			writeErr: text => stderr.write(text),
		});
	addDatasetCommands(program, act);
	addDataCommands(program, (command, handler) =>
		act(command, ({ folder }, output, signal) =>
			handler({ output, version, signal, workspace: folder.root }),
		),
	);
	addHostCommands(program, act);
	addRunCommands(program, act);
	addTransferCommands(program, act);
	addAnswerCommands(program, act);
	for (const command of program.commands.flatMap(one => [one, ...one.commands])) {
		command
			.option('--json', 'print one JSON document')
			.option('--workspace <dir>', 'folder whose runs and project are meant', process.cwd())
			.option('--verbose', 'say on stderr what is done');
	}
	return program;
}

const datasetArgument =
	'a .jsonl, .json, .csv (also .gz or .zst), .parquet or .arrow file, a folder of such files, a quoted glob, or hf://datasets/ID@revision/path';

const hostOption = (): Option =>
	new Option('--host <name>', 'host from ~/.ssh/config, or “local”').default('local');

function addDatasetCommands(program: Command, act: Act): void {
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

function addHostCommands(program: Command, act: Act): void {
	const command = program
		.command('hosts')
		.description('list this machine and the hosts of the ssh config, without connecting')
		.action((_options: unknown, own: Command) => act(own, services => hosts(services)));
	command
		.command('doctor')
		.description(
			'look at a host: GPUs, disks and quotas, Python, scheduler; exit 1 if runs cannot start',
		)
		.argument('<host>', 'host from ~/.ssh/config, or “local”')
		.action((host: string, _options: unknown, own: Command) =>
			act(own, (services, output, signal) => doctor(services, output, host, signal)),
		);
}

function addRunCommands(program: Command, act: Act): void {
	program
		.command('launch')
		.description('start a training run from a recipe')
		.argument('<recipe>', 'YAML file')
		.addOption(hostOption())
		.option('--name <name>', 'name of the run')
		.option(
			'--model <model>',
			'base, run:ID[@step], path:… or hub:id@revision, instead of the recipe’s',
			modelRef,
		)
		.option('--gpus <n>', 'wait until so many GPUs of the host are free', positiveInteger)
		.option('--gpu <uuid...>', 'wait for these GPUs')
		.option('--set <name=value>', 'override a recipe argument (repeatable)', override, [])
		.option(
			'--resource <name=value>',
			'what to ask the host’s scheduler for, such as time=2:00:00 or nodes=2 (repeatable)',
			override,
			[],
		)
		.option('--dry-run', 'print the script for the host’s scheduler and start nothing')
		.option('--wait', 'follow until it has ended; exit 1 unless it finished')
		.action((recipe: string, options: LaunchOptions, command: Command) =>
			act(command, (services, output, signal) => launch(services, output, recipe, options, signal)),
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
		.argument('<run>', 'id, its beginning or end, name, or “last”')
		.option('-f, --follow', 'go on until the run has ended')
		.action((run: string, options: { follow?: boolean }, command: Command) =>
			act(command, (services, output, signal) => logs(services, output, run, options, signal)),
		);
	program
		.command('metrics')
		.description('print the metrics of a run or of a metrics.jsonl file')
		.argument('<run|file>', 'run as for logs, or a path')
		.action((target: string, _options: unknown, command: Command) =>
			act(command, (services, output) => metrics(services, output, target)),
		);
	program
		.command('queue')
		.description('list who has the GPUs of a host and who waits; on a cluster your jobs')
		.argument('<host>', 'host from ~/.ssh/config, or “local”')
		.action((host: string, _options: unknown, command: Command) =>
			act(command, (services, _output, signal) => queue(services, host, signal)),
		);
	program
		.command('resume')
		.description('let an ended run go on from its newest complete checkpoint')
		.argument('<run>', 'id, its beginning or end, name, or “last”')
		.option(
			'--from <step>',
			'from the checkpoint of this step; later ones are set aside',
			positiveInteger,
		)
		.option('--wait', 'follow until it has ended; exit 1 unless it finished')
		.action((run: string, options: ResumeOptions, command: Command) =>
			act(command, (services, output, signal) => resume(services, output, run, options, signal)),
		);
	program
		.command('start-now')
		.description('let a run that waits for GPUs start at once')
		.argument('<run>', 'id, its beginning or end, name, or “last”')
		.action((run: string, _options: unknown, command: Command) =>
			act(command, (services, _output, signal) => startNow(services, run, signal)),
		);
	program
		.command('stop')
		.description('let a run save its work, then end it')
		.argument('<run>', 'id, its beginning or end, name, or “last”')
		.action((run: string, _options: unknown, command: Command) =>
			act(command, (services, output) => stop(services, output, run)),
		);
}

function addTransferCommands(program: Command, act: Act): void {
	const run = 'id, its beginning or end, name, or “last”';
	program
		.command('checkpoints')
		.description('list what a run has saved on its host')
		.argument('<run>', run)
		.option('--remove <step>', 'remove the checkpoint of this step instead', positiveInteger)
		.action((name: string, options: { remove?: number }, command: Command) =>
			act(command, (services, _output, signal) => checkpoints(services, name, options, signal)),
		);
	program
		.command('pull')
		.description('bring a checkpoint to this machine; a broken pull is gone on with')
		.argument('<run>', run)
		.option('--step <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.requiredOption('--out <dir>', 'folder to write')
		.action((name: string, options: { step?: number; out: string }, command: Command) =>
			act(command, (services, output, signal) =>
				pull(services, output, name, { ...options, out: resolve(options.out) }, signal),
			),
		);
	program
		.command('copy')
		.description('copy a checkpoint to another host, through this machine')
		.argument('<run>', run)
		.option('--step <n>', 'its step (default: the newest that is complete)', positiveInteger)
		.requiredOption('--to <host>', 'host from ~/.ssh/config, or “local”')
		.action((name: string, options: { step?: number; to: string }, command: Command) =>
			act(command, (services, output, signal) => copy(services, output, name, options, signal)),
		);
	program
		.command('gc')
		.description('say which uploads on a host no run names any more')
		.argument('<host>', 'host from ~/.ssh/config, or “local”')
		.option('--yes', 'remove them')
		.action((host: string, options: { yes?: boolean }, command: Command) =>
			act(command, (services, output, signal) => gc(services, output, host, options, signal)),
		);
}

function addAnswerCommands(program: Command, act: Act): void {
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
}

function modelRef(text: string): string {
	const ref = parseModelRef(text);
	if (!ref.ok) {
		throw new InvalidArgumentError(messageFor(ref.error));
	}
	return text;
}

function modelRefs(text: string, before: readonly string[] | undefined): string[] {
	return [...(before ?? []), modelRef(text)];
}

function override(pair: string, before: readonly string[]): string[] {
	if (pair.indexOf('=') < 1) {
		throw new InvalidArgumentError('use name=value');
	}
	return [...before, pair];
}

function number(text: string): number {
	const value = Number(text);
	if (!Number.isFinite(value) || value < 0) {
		throw new InvalidArgumentError('not a number of at least 0');
	}
	return value;
}

function positiveInteger(text: string): number {
	const value = number(text);
	if (!Number.isInteger(value)) {
		throw new InvalidArgumentError('not a whole number');
	}
	return value;
}

function rowLimit(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
		throw new InvalidArgumentError('not a whole number from 0');
	}
	return value;
}
