import { describe, expect, it } from 'vitest';
import { keysOfCommands } from '../../../../../src/core/dataset/annotate/keyRules';

const defaults = [
	{ key: 'k', command: 'keep' },
	{ key: '1', command: 'rate' },
	{ key: '5', command: 'rate' },
	{ key: 'escape', command: 'stop' },
];

describe('keys of commands', () => {
	it('are the defaults, with the first and last of several', () => {
		expect(Object.fromEntries(keysOfCommands(defaults, ''))).toEqual({
			keep: 'K',
			rate: '1–5',
			stop: 'Escape',
		});
	});

	it('follow the rules of the user, who may write comments and trailing commas', () => {
		const rules = `// mine
[{ "key": "ctrl+alt+j", "command": "keep" }, /* "x" */ { "key": "escape", "command": "-stop" },]`;
		const keys = keysOfCommands(defaults, rules);
		expect(keys.get('keep')).toBe('Ctrl+Alt+J');
		expect(keys.has('stop')).toBe(false);
	});

	it('stay as they are when the rules cannot be read', () => {
		expect(keysOfCommands(defaults, '[{').get('keep')).toBe('K');
	});
});
