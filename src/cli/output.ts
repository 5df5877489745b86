import { messageFor } from '../core/base/errorMessages';
import { forTerminal } from '../core/base/foreignText';
import type { WindsockError } from '../core/base/errors';
import type { Progress } from '../core/training/launchRequest';

/** Shape of every JSON document that the command line prints. */
export const schemaVersion = 1;

export interface Writer {
	write(text: string): void;
}

export interface OutputOptions {
	readonly json: boolean;
	readonly stdout: Writer;
	readonly stderr: Writer;
	/** Whether stdout is a terminal whose owner wants colours. */
	readonly isColoured?: boolean;
	/** Whether stdout is a terminal, which would obey what foreign text holds. */
	readonly isTerminal?: boolean;
}

/** What a command has to say when it is done. */
export interface Answer {
	/** Fields of the JSON document; `schemaVersion` is added. */
	readonly json: Readonly<Record<string, unknown>>;
	/** The same for people. */
	readonly text: string;
	/** The same with our own colours, for a terminal; foreign text in it went through `forTerminal`. */
	readonly styled?: string;
	/** 1 when the answer itself is bad news: an error-level finding, a failed run. Default 0. */
	readonly exitCode?: 0 | 1;
}

/** One JSON document or text on stdout; progress and errors on stderr. */
export class Output {
	constructor(readonly options: OutputOptions) {}

	answer(answer: Answer): void {
		const { json, stdout, isColoured } = this.options;
		if (json) {
			stdout.write(`${JSON.stringify({ schemaVersion, ...answer.json }, plainNumbers, 2)}\n`);
		} else if (answer.styled !== undefined && isColoured === true) {
			stdout.write(answer.styled);
		} else if (answer.text !== '') {
			const text = forTerminal(answer.text);
			stdout.write(text.endsWith('\n') ? text : `${text}\n`);
		}
	}

	/** Text that goes out before the command is done; nothing with `--json`. */
	stream(text: string): void {
		if (!this.options.json) {
			this.options.stdout.write(forTerminal(text));
		}
	}

	/** A piece of the file that the command prints, as it is where a program takes it. */
	data(text: string): void {
		this.options.stdout.write(this.options.isTerminal === true ? forTerminal(text) : text);
	}

	note(text: string): void {
		this.options.stderr.write(`${forTerminal(text)}\n`);
	}

	/** A failure that the command goes on after, with what it has. */
	warn(error: WindsockError): void {
		this.note(messageFor(error));
	}

	error(error: WindsockError): void {
		this.note(messageFor(error));
		if (this.options.json) {
			const { code, details } = error;
			this.answer({ json: { error: { code, message: messageFor(error), details } }, text: '' });
		}
	}

	/** Each phrase once, and again at each tenth where a share is known. */
	get progress(): Progress {
		let last = '';
		return {
			report: (message, fraction, detail) => {
				const share = fraction === undefined ? '' : ` ${Math.floor(fraction * 10) * 10}%`;
				if (message + share !== last) {
					last = message + share;
					this.note(`${last}${detail === undefined ? '' : ` (${detail})`} …`);
				}
			},
		};
	}
}

/** Numbers that JSON has no word for become the strings of the run contract. */
function plainNumbers(_key: string, value: unknown): unknown {
	return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Columns aligned by spaces; the last column is free. */
export function table(rows: readonly (readonly string[])[]): string {
	const widths: number[] = [];
	for (const row of rows) {
		row.forEach((cell, i) => {
			widths[i] = Math.max(widths[i] ?? 0, cell.length);
		});
	}
	return rows
		.map(row =>
			row
				.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
				.join('  ')
				.trimEnd(),
		)
		.map(line => `${line}\n`)
		.join('');
}
