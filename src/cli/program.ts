import { join } from 'node:path';
import { homedir } from 'node:os';
import { Command, CommanderError } from 'commander';
import { WindsockError } from '../core/base/errors';
import type { Result } from '../core/base/result';
import type { Act, Handler } from './act';
import { addAnswerCommands } from './answerCommands';
import { addCheckpointCommands } from './checkpointCommands';
import { addDeriveCommands } from './deriveCommands';
import { addDatasetCommands } from './datasetCommands';
import { addGraphCommands } from './graphCommands';
import { addHostCommands } from './hostCommands';
import { nearestWorkspace } from './nearestWorkspace';
import { Output, type Writer } from './output';
import { addRecipeCommands } from './recipeCommands';
import { addRemarkCommands } from './remarkCommands';
import { addReportCommand } from './reportCommands';
import { addRunCommands } from './runCommands';
import type { Services } from './services';

export interface CliEnvironment {
	readonly stdout: Writer;
	readonly stderr: Writer;
	/** Whether stdout is a terminal whose owner wants colours. */
	readonly isColoured?: boolean;
	/** Whether stdout is a terminal, which would obey what foreign text holds. */
	readonly isTerminal?: boolean;
	readonly version: string;
	/** Of the recipes that come with Windsock. */
	readonly recipesFolder: string;
	readonly signal: AbortSignal;
	/** Builds the services of a workspace; called at most once. */
	readonly services: (workspace: string, verbose: boolean) => Result<Services>;
}

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

function buildProgram(
	{ stdout, stderr, version, recipesFolder }: CliEnvironment,
	act: Act,
): Command {
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
	addDeriveCommands(program, (command, handler) =>
		act(command, (services, output, signal) =>
			handler({ output, version, signal, services, workspace: services.folder.root }),
		),
	);
	addHostCommands(program, act);
	addRecipeCommands(program, act, recipesFolder);
	addRunCommands(program, act);
	addRemarkCommands(program, act);
	addReportCommand(program, act, version);
	addGraphCommands(program, act, recipesFolder);
	addCheckpointCommands(program, act);
	addAnswerCommands(program, act, join(recipesFolder, '..', 'prompts'));
	for (const command of program.commands.flatMap(one => [one, ...one.commands])) {
		command
			.option('--json', 'print one JSON document')
			.option(
				'--workspace <dir>',
				'folder whose runs and project are meant; the nearest with .windsock',
				nearestWorkspace(process.cwd(), homedir()),
			)
			.option('--verbose', 'say on stderr what is done');
	}
	return program;
}
