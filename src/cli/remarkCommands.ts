import { InvalidArgumentError, type Command } from 'commander';
import { longestNote } from '../core/metrics/remarks';
import type { Act } from './act';
import { number, positiveInteger, runArgument } from './commandArguments';
import { note, score, type ScoreOptions } from './commands/remarks';
import { withRun } from './runArgument';

export function addRemarkCommands(program: Command, act: Act): void {
	program
		.command('score')
		.description('keep with a run how good one of its checkpoints is, to stand beside its loss')
		.argument('<run>', runArgument)
		.requiredOption('--step <n>', 'step of the checkpoint', step)
		.requiredOption('--name <name>', 'what was measured, such as mt-bench')
		.requiredOption('--value <number>', 'the score', anyNumber)
		.option('--low <number>', 'lower end of its 95% interval', anyNumber)
		.option('--high <number>', 'upper end of its 95% interval', anyNumber)
		.option('--n <n>', 'answers, games or votes behind it', positiveInteger)
		.option('--source <source>', 'person, judge, vote or evaluation', 'person')
		.option('--about <text>', 'what it was computed on: the judge, the prompt set, the other side')
		.action((run: string, options: ScoreOptions, command: Command) =>
			act(command, services => withRun(services, run, runId => score(services, runId, options))),
		);
	program
		.command('note')
		.description('keep a note at a step of a run, to be marked on its charts')
		.argument('<run>', runArgument)
		.argument('<text>', `one line of at most ${longestNote} characters`, noteText)
		.requiredOption('--step <n>', 'where it belongs', step)
		.action((run: string, text: string, options: { readonly step: number }, command: Command) =>
			act(command, services =>
				withRun(services, run, runId => note(services, runId, text, options)),
			),
		);
}

function step(text: string): number {
	const value = number(text);
	if (!Number.isSafeInteger(value)) {
		throw new InvalidArgumentError('not a whole number');
	}
	return value;
}

function anyNumber(text: string): number {
	const value = text.trim() === '' ? Number.NaN : Number(text);
	if (!Number.isFinite(value)) {
		throw new InvalidArgumentError('not a number');
	}
	return value;
}

function noteText(text: string): string {
	if (text.trim() === '' || text.length > longestNote || /[\n\r]/.test(text)) {
		throw new InvalidArgumentError(`one line of at most ${longestNote} characters`);
	}
	return text;
}
