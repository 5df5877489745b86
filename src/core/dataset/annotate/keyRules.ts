import { isObject } from '../messageShapes';

/** A rule that gives a command a key, as manifests and users write it. */
export interface KeyRule {
	readonly key: string;
	readonly command: string;
}

/**
 * The key that each command has once the user's rules are laid over the defaults. Rules that take a
 * key away have a `-` before the command; of several keys the first default stays, and a user's own
 * goes before it. A command with several keys (one for each argument) shows the first and the last.
 *
 * @param userRules text of a `keybindings.json`; what cannot be read changes nothing
 */
export function keysOfCommands(
	defaults: readonly KeyRule[],
	userRules: string,
): ReadonlyMap<string, string> {
	const keys = new Map<string, string[]>();
	const keysOf = (command: string): string[] => keys.get(command) ?? [];
	for (const { command, key } of defaults) {
		keys.set(command, [...keysOf(command), key]);
	}
	const own = new Map<string, string[]>();
	for (const { command, key } of parseRules(userRules)) {
		if (command.startsWith('-')) {
			const name = command.slice(1);
			keys.set(
				name,
				keysOf(name).filter(one => key !== '' && one !== key),
			);
		} else if (keys.has(command)) {
			own.set(command, [key, ...(own.get(command) ?? [])]);
		}
	}
	return new Map(
		[...keys].flatMap(([command, given]) => {
			const [first, ...rest] = own.get(command)?.slice(0, 1) ?? given;
			const last = rest.at(-1);
			return first === undefined
				? []
				: [[command, last === undefined ? shown(first) : `${shown(first)}–${shown(last)}`]];
		}),
	);
}

function parseRules(text: string): KeyRule[] {
	const plain = text
		.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, '$1')
		.replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, '$1');
	let value: unknown;
	try {
		value = JSON.parse(plain);
	} catch {
		return [];
	}
	return Array.isArray(value)
		? value.flatMap((rule: unknown) =>
				isObject(rule) && typeof rule['command'] === 'string'
					? [{ command: rule['command'], key: typeof rule['key'] === 'string' ? rule['key'] : '' }]
					: [],
			)
		: [];
}

/** As keys are shown: `ctrl+k` is `Ctrl+K`. */
function shown(key: string): string {
	return key.replaceAll(/(^|[+ ])([a-z])/g, (_, before: string, letter: string) => {
		return before + letter.toUpperCase();
	});
}
