import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { terminalPrompts, type TerminalInput } from '../../../../src/node/hosts/terminalPrompts';

function terminal(isTTY = true) {
	const modes: boolean[] = [];
	const input: TerminalInput & PassThrough = Object.assign(new PassThrough(), {
		isTTY,
		setRawMode: (mode: boolean) => modes.push(mode),
	});
	const output = Object.assign(new PassThrough(), { isTTY });
	const shown = (): string => output.read()?.toString() ?? '';
	return { input, output, modes, shown, prompts: terminalPrompts(input, output) };
}

const secret = {
	host: 'box',
	kind: 'password',
	prompt: 'Password: ',
	echo: false,
	isRepeated: false,
} as const;
const hostKey = {
	host: 'box',
	address: 'me@box:22',
	keyType: 'ssh-ed25519',
	fingerprint: 'SHA256:x',
};

describe('questions on a terminal', () => {
	it('are not asked where nobody sits', () => {
		expect(terminal(false).prompts).toBeUndefined();
	});

	it('do not show a secret and give the terminal back', async () => {
		const { input, modes, prompts, shown } = terminal();
		const answer = prompts?.askSecret(secret);
		await new Promise(resolve => setImmediate(resolve));
		input.write('hunx\u007fter2\r');
		expect(await answer).toBe('hunter2');
		expect(shown()).toBe('[box] Password: \n');
		expect(modes).toEqual([true, false]);
	});

	it('say that an answer was not accepted before they ask again', async () => {
		const { input, prompts, shown } = terminal();
		const answer = prompts?.askSecret({ ...secret, isRepeated: true });
		await new Promise(resolve => setImmediate(resolve));
		input.write('hunter2\r');
		expect(await answer).toBe('hunter2');
		expect(shown()).toBe('[box] That was not accepted. Try again.\n[box] Password: \n');
	});

	it('take Ctrl-C, Ctrl-D and the end of input for a no', async () => {
		for (const end of ['\u0003', '\u0004', undefined]) {
			const { input, prompts } = terminal();
			const answer = prompts?.askSecret(secret);
			await new Promise(resolve => setImmediate(resolve));
			input.write('half');
			if (end === undefined) {
				input.end();
			} else {
				input.write(end);
			}
			expect(await answer).toBeUndefined();
		}
	});

	it('accept a host key only by the whole word', async () => {
		for (const [typed, accepted] of [
			['yes', true],
			['Yes', true],
			['y', false],
			['', false],
		] as const) {
			const { input, prompts, shown } = terminal();
			const answer = prompts?.confirmHostKey(hostKey);
			await new Promise(resolve => setImmediate(resolve));
			expect(shown()).toContain('SHA256:x');
			input.write(`${typed}\n`);
			expect(await answer).toBe(accepted);
		}
	});

	it('come one at a time, and what a server writes cannot move the cursor', async () => {
		const { input, prompts, shown } = terminal();
		const first = prompts?.askSecret({ ...secret, prompt: '\u001b[2JCode\u202e: ', echo: true });
		const second = prompts?.askSecret(secret);
		await new Promise(resolve => setImmediate(resolve));
		expect(shown()).toBe('[box] [2JCode: ');
		input.write('1\n');
		expect(await first).toBe('1');
		await new Promise(resolve => setImmediate(resolve));
		input.write('2\n');
		expect(await second).toBe('2');
	});
});
