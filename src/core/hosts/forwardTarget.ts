import type { ForwardTarget } from './host';

const highestPort = 65_535;

/**
 * Reads what a person types to say what of a host is wanted here: `6006`, `node17:6006` for a
 * compute node behind it, or the path of a socket. `undefined` for anything else.
 */
export function parseForwardTarget(text: string): ForwardTarget | undefined {
	const typed = text.trim();
	if (/^(?:\/|~\/)[^\0\n]+$/.test(typed)) {
		return { kind: 'unix', path: typed };
	}
	// A name with a dash in front could be taken for an option by a program that it is handed to.
	const match = /^(?:(?:localhost|127\.0\.0\.1|([A-Za-z0-9][A-Za-z0-9._-]*)):)?(\d{1,5})$/.exec(
		typed,
	);
	const port = Number(match?.[2]);
	if (!match || port < 1 || port > highestPort) {
		return undefined;
	}
	return { kind: 'tcp', port, ...(match[1] === undefined ? {} : { host: match[1] }) };
}

/** As it is typed. */
export function printForwardTarget(target: ForwardTarget): string {
	if (target.kind === 'unix') {
		return target.path;
	}
	return target.host === undefined ? String(target.port) : `${target.host}:${target.port}`;
}
