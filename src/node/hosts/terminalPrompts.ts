import type { Readable, Writable } from 'node:stream';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';

/** Standard input as a terminal gives it. */
export type TerminalInput = Readable & {
	readonly isTTY?: boolean;
	setRawMode?(mode: boolean): unknown;
};

/**
 * Questions on the terminal, written to stderr so that stdout stays data. Undefined when nobody sits
 * there: then what would have been asked fails with its reason.
 */
export function terminalPrompts(
	input: TerminalInput = process.stdin,
	output: Writable & { readonly isTTY?: boolean } = process.stderr,
): ConnectionPrompts | undefined {
	if (input.isTTY !== true || output.isTTY !== true) {
		return undefined;
	}
	// One question at a time, however many hosts connect.
	let last: Promise<unknown> = Promise.resolve();
	const ask = (prompt: string, echo: boolean): Promise<string | undefined> => {
		const answer = last.then(() => readAnswer(input, output, prompt, echo));
		last = answer.catch(() => undefined);
		return answer;
	};
	return {
		confirmHostKey: async ({ host, address, keyType, fingerprint }) => {
			const answer = await ask(
				`The key of ${host} (${address}) is not known yet.\n` +
					`${keyType} ${fingerprint}\nIs it the right one? Type yes to accept it: `,
				true,
			);
			return answer?.trim().toLowerCase() === 'yes';
		},
		showNotice: ({ host, text }) => {
			output.write(`[${host}] ${printable(text)}\n`);
			return Promise.resolve();
		},
		askSecret: ({ host, prompt, echo, isRepeated }) => {
			const refused = isRepeated ? `[${host}] That was not accepted. Try again.\n` : '';
			return ask(`${refused}[${host}] ${printable(prompt)}: `, echo);
		},
	};
}

/** Servers write prompts: none may move the cursor or forge lines of ours. */
function printable(text: string): string {
	return text
		.replace(/[^\P{C}\n]/gu, '')
		.replace(/[:\s]+$/, '')
		.slice(0, 1000);
}

/** Reads one line in raw mode. Ctrl-C and Ctrl-D decline. */
function readAnswer(
	input: TerminalInput,
	output: Writable,
	prompt: string,
	echo: boolean,
): Promise<string | undefined> {
	const { promise, resolve } = Promise.withResolvers<string | undefined>();
	let line = '';
	const finish = (answer: string | undefined): void => {
		input.off('data', onData);
		input.off('end', onEnd);
		input.setRawMode?.(false);
		input.pause();
		output.write('\n');
		resolve(answer);
	};
	const onEnd = (): void => finish(undefined);
	const onData = (chunk: Buffer | string): void => {
		for (const character of chunk.toString()) {
			switch (character) {
				case '\r':
				case '\n':
					return finish(line);
				case '\u0003':
				case '\u0004':
					return finish(undefined);
				case '\u007f':
				case '\b':
					if (line !== '' && echo) {
						output.write('\b \b');
					}
					line = [...line].slice(0, -1).join('');
					break;
				default:
					line += character;
					if (echo) {
						output.write(character);
					}
			}
		}
	};
	output.write(prompt);
	input.setRawMode?.(true);
	input.on('data', onData);
	input.on('end', onEnd);
	input.resume();
	return promise;
}
