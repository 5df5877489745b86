import { extname } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Act } from './act';
import { report, reportFormats, type ReportOptions } from './commands/report';

/** The command that writes down what is known of runs, for others to read. */
export function addReportCommand(program: Command, act: Act, version: string): void {
	program
		.command('report')
		.description('write a report on runs, and on files of other tools: one page, or their results')
		.argument(
			'<run|path...>',
			'runs as for logs; files and folders with metrics, here or host:path',
		)
		.requiredOption(
			'--out <file>',
			'a page with all charts (.html), or the table of results (.md, .tex)',
			reportFile,
		)
		.action((targets: readonly string[], options: ReportOptions, command: Command) =>
			act(command, (services, output, signal) =>
				report({ services, output, version, signal }, targets, options),
			),
		);
}

function reportFile(path: string): string {
	if (!Object.hasOwn(reportFormats, extname(path).toLowerCase())) {
		throw new InvalidArgumentError(`Its name has to end in ${reportEnds()}.`);
	}
	return path;
}

function reportEnds(): string {
	return Object.keys(reportFormats)
		.join(', ')
		.replace(/, ([^,]*)$/, ' or $1');
}
