import { describe, expect, it } from 'vitest';
import { Output } from '../../../../src/cli/output';
import { forTerminal, withoutLinks } from '../../../../src/core/base/foreignText';

describe('text from elsewhere', () => {
	it('never becomes a link of a notification', () => {
		// What VS Code takes for a link in a notification.
		const link = /\[[^\]]+\]\((?:command|file|https?):/;
		const text = 'failed ([Fix it](command:workbench.action.terminal.new?%5B%5D))';
		expect(text).toMatch(link);
		expect(withoutLinks(text)).not.toMatch(link);
		expect(withoutLinks('rows [1] (of 3)')).toBe('rows [1] (of 3)');
	});

	it('never commands a terminal', () => {
		const clipboard = '\u001b]52;c;cm0gLXJmIH4=\u0007';
		expect(forTerminal(`a${clipboard}b\u009b2J`)).toBe(`a\ufffd]52;c;cm0gLXJmIH4=\ufffdb\ufffd2J`);
		expect(forTerminal('\u001b[1;31mred\u001b[0m\t10%\r20%\r\nü “x”\n')).toBe(
			'red\t10%\r20%\r\nü “x”\n',
		);
	});

	it('never turns the direction of what stands behind it in a terminal', () => {
		expect(forTerminal('run \u202egpj.exe\u2069')).toBe('run \ufffdgpj.exe\ufffd');
		expect(forTerminal('שלום \u200fאב')).toBe('שלום \u200fאב');
	});

	it('is cleaned in everything that the command line prints for people', () => {
		const written: string[] = [];
		const writer = { write: (text: string): void => void written.push(text) };
		const output = new Output({ json: false, stdout: writer, stderr: writer });
		output.answer({ json: {}, text: 'name\u001b[2J' });
		output.stream('log\u001b[2J');
		output.note('note\u001b[2J');
		expect(written.join('')).not.toContain('\u001b');
	});
});
