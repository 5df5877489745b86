import { globSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { LineType, parse, type SSHConfig } from 'ssh-config';

/** Includes deeper than this are not followed; OpenSSH has the same limit. */
const maxDepth = 16;

export interface SshConfigText {
	readonly config: SSHConfig;
	/** The file and everything it includes, to be watched. */
	readonly files: readonly string[];
}

/** Reads an ssh config with its includes. A file that is not there is an empty one. */
export function readSshConfig(file: string, sshDirectory: string): SshConfigText {
	const files: string[] = [];
	const text = expand(file, sshDirectory, files, 0);
	return { config: parse(text), files };
}

/**
 * Puts included files in the place of their `Include` lines. The block that an `Include` stands in
 * goes on after it, so its header is repeated. `CanonicalizeHostname` is left out: the parser would
 * start a name look-up in the foreground for it.
 */
function expand(file: string, sshDirectory: string, files: string[], depth: number): string {
	if (depth > maxDepth || !isFile(file)) {
		return '';
	}
	files.push(file);
	const out: string[] = [];
	let header = 'Host *';
	for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
		const [, keyword = '', value = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
		switch (keyword.toLowerCase()) {
			case 'include':
				for (const included of includedFiles(value, sshDirectory)) {
					out.push(expand(included, sshDirectory, files, depth + 1), header);
				}
				break;
			case 'canonicalizehostname':
				break;
			case 'host':
			case 'match':
				header = line;
				out.push(line);
				break;
			default:
				out.push(line);
		}
	}
	return out.join('\n');
}

function includedFiles(value: string, sshDirectory: string): readonly string[] {
	const patterns = [...value.matchAll(/"([^"]*)"|(\S+)/g)].map(m => m[1] ?? m[2] ?? '');
	return patterns.flatMap(pattern => {
		const path = pattern.startsWith('~/') ? join(homedir(), pattern.slice(2)) : pattern;
		return globSync(isAbsolute(path) ? path : join(sshDirectory, path)).sort();
	});
}

function isFile(file: string): boolean {
	return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Patterns of all `Host` lines, in their order. */
export function hostPatterns(config: SSHConfig): readonly string[] {
	return config.flatMap(line => {
		if (line.type !== LineType.DIRECTIVE || line.param.toLowerCase() !== 'host') {
			return [];
		}
		return typeof line.value === 'string' ? [line.value] : line.value.map(part => part.val);
	});
}

/** Names that stand in the config without wildcards, once each, in their order. */
export function hostAliases(config: SSHConfig): readonly string[] {
	const names = hostPatterns(config).filter(name => !/[*?!]/.test(name) && isSafeAlias(name));
	return [...new Set(names)];
}

/** A name that may be given to `ssh`: no option, no word for a shell, no path. */
export function isSafeAlias(name: string): boolean {
	return /^[\p{L}\p{N}_[][\p{L}\p{N}_.:@%+[\]-]*$/u.test(name) && name.length <= 255;
}
