import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { ranksPerNode, type SlurmSettings } from '../../core/hosts/slurmSettings';
import { quoteWord } from '../hosts/shellQuote';
import { containerWords } from './containerCommand';
import { packageCommand, runFolder, type PreparedHost } from '../runs/preparedHost';

/** What `job` ends with where it is to be put back and cannot do that itself. */
const requeueCode = 85;

/** The script that sbatch is given for a run. Its one argument is the number of the attempt. */
export function batchScript(
	prepared: PreparedHost,
	runId: string,
	settings: SlurmSettings,
): Result<string> {
	const folder = runFolder(prepared, runId);
	if (!/^[\w./+@~-]+$/.test(folder)) {
		const reason = `Slurm cannot write to ${folder}: choose a run folder of plain characters`;
		return err(new WindsockError('slurmInvalid', { host: prepared.host.name, reason }));
	}
	const lead = settings.saveSeconds ?? 120;
	const requeue = settings.requeue ?? true;
	const ranks = ranksPerNode(settings);
	const container = containerWords(prepared, settings.container);
	if (!container.ok) {
		return container;
	}
	const several = ranks * (settings.nodes ?? 1) > 1;
	const words = packageCommand(prepared, ['job', folder, '--lead', String(lead)]);
	const command = [...words, ...(requeue ? ['--requeue'] : [])];
	const lines = [
		'#!/bin/bash',
		...directives(runId, folder, settings, lead, requeue).map(option => `#SBATCH ${option}`),
		'',
		'umask 077',
		'# Comes before the time limit; the run takes it from here on.',
		"trap '' USR1",
		...preludeLines(settings),
		...(several ? [`export WINDSOCK_RANKS_PER_NODE=${ranks}`] : []),
		...(container.value.length === 0
			? commandLines([], command, 'exec ')
			: inContainer(commandLines(container.value, command, ''))),
	];
	return ok(`${lines.join('\n')}\n`);
}

function directives(
	runId: string,
	folder: string,
	settings: SlurmSettings,
	lead: number,
	requeue: boolean,
): string[] {
	const asked: readonly (readonly [string, string | number | undefined])[] = [
		['partition', settings.partition],
		['account', settings.account],
		['qos', settings.qos],
		['constraint', settings.constraint],
		['nodes', settings.nodes ?? 1],
		['ntasks-per-node', 1],
		['cpus-per-task', settings.cpusPerTask],
		['gres', settings.gres],
		['gpus-per-node', settings.gpusPerNode],
		['mem', settings.memory],
		['time', settings.time],
	];
	return [
		`--job-name=windsock-${runId}`,
		`--comment=${runId}`,
		`--output=${folder}/log.txt`,
		'--open-mode=append',
		requeue ? '--requeue' : '--no-requeue',
		...(lead > 0 ? [`--signal=B:USR1@${lead}`] : []),
		...asked.flatMap(([name, value]) =>
			value === undefined ? [] : [`--${name}=${sbatchWord(String(value))}`],
		),
		...(settings.directives ?? []).map(line => line.replace(/^#SBATCH /, '')),
	];
}

function preludeLines({ prelude }: SlurmSettings): readonly string[] {
	return typeof prelude === 'string' ? prelude.trimEnd().split('\n') : (prelude ?? []);
}

/** One thing a line, since people read it in an editor of some width. */
function commandLines(
	container: readonly string[],
	command: readonly string[],
	start: string,
): string[] {
	const job = command.indexOf('job');
	const python = command.findIndex((word, index) => index > 0 && !word.includes('='));
	const groups = [
		container,
		command.slice(0, python),
		command.slice(python, job + 1),
		command.slice(job + 1, job + 2),
		command.slice(job + 2),
	];
	const lines = groups
		.filter(group => group.length > 0)
		.map(group => group.map(plainOrQuoted).join(' '));
	return `${start}${lines.join(' \\\n\t')} --attempt "\${1:-1}"`.split('\n');
}

/** Slurm's own programs are seldom in an image: who is in it asks by its exit code to be put back. */
function inContainer(lines: readonly string[]): string[] {
	return [
		'export WINDSOCK_IN_CONTAINER=1',
		...lines.slice(0, -1),
		`${lines.at(-1)} &`,
		'inside=$!',
		'trap \'kill -s USR1 "$inside"\' USR1',
		'trap \'kill -s TERM "$inside"\' TERM',
		'while kill -s 0 "$inside" 2>/dev/null; do',
		'\twait "$inside"',
		'\tcode=$?',
		'done',
		`[ "$code" = ${requeueCode} ] && scontrol requeue "$SLURM_JOB_ID"`,
		'exit "$code"',
	];
}

/** sbatch splits its lines at blanks and takes quotes as a shell does. */
function sbatchWord(text: string): string {
	return /^[\w.,:=+*/@[\]-]+$/.test(text) ? text : `"${text}"`;
}

/** People read the script before they submit it, so only what needs quotes has them. */
function plainOrQuoted(word: string): string {
	return /^[\w./=:@+-]+$/.test(word) ? word : quoteWord(word);
}
