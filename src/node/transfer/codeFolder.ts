import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { byteSize } from '../../core/base/byteSize';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';

/** A file of a project that a run needs. */
export interface CodeFile {
	/** Relative to the project, with `/`. */
	readonly path: string;
	readonly size: number;
	readonly executable: boolean;
}

export interface CodeLimits {
	readonly bytes: number;
	readonly files: number;
}

/** Code is small; a project beyond this has its data or its results in it. */
export const codeLimits: CodeLimits = { bytes: 200_000_000, files: 20_000 };

/** Never code, whatever .gitignore says. */
const never = ['.git', '.hg', '.svn', '.windsock', '__pycache__', '*.pyc', '.DS_Store'];
const ignoreFiles = ['.gitignore', '.windsockignore'];

interface Rules {
	/** Folder that the rules stand in, relative with a `/` behind it, or empty. */
	readonly base: string;
	readonly rules: Ignore;
}

/**
 * The files of a project folder that git would track, and those named by `always`. Links are left
 * out: what they lead to is not of this folder. Fails with `codeTooLarge`, which names the largest.
 */
export async function readCodeFolder(
	root: string,
	options: {
		readonly always?: readonly string[];
		readonly limits?: CodeLimits;
		readonly signal?: AbortSignal;
	} = {},
): Promise<Result<readonly CodeFile[]>> {
	const limits = options.limits ?? codeLimits;
	const found = new Map<string, CodeFile>();
	const base = { base: '', rules: ignore().add(never) };
	await walk(root, '', [base], file => found.set(file.path, file), options.signal);
	if (options.signal?.aborted === true) {
		return err(new WindsockError('cancelled', { what: `reading ${root}` }));
	}
	for (const path of options.always ?? []) {
		const file = await codeFile(root, path);
		if (file === undefined) {
			return err(new WindsockError('fileMissing', { path: join(root, path) }));
		}
		found.set(path, file);
	}
	const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
	const total = files.reduce((sum, { size }) => sum + size, 0);
	if (total <= limits.bytes && files.length <= limits.files) {
		return ok(files);
	}
	const [largest] = files.toSorted((a, b) => b.size - a.size);
	return err(
		new WindsockError('codeTooLarge', {
			path: root,
			size: byteSize(total),
			files: files.length,
			limit: `${byteSize(limits.bytes)} or ${limits.files} files`,
			largest: largest === undefined ? '' : `${largest.path}, ${byteSize(largest.size)}`,
		}),
	);
}

async function walk(
	root: string,
	folder: string,
	above: readonly Rules[],
	take: (file: CodeFile) => void,
	signal: AbortSignal | undefined,
): Promise<void> {
	if (signal?.aborted === true) {
		return;
	}
	const entries = await readdir(join(root, folder), { withFileTypes: true });
	const own = await rulesIn(
		root,
		folder,
		entries.filter(entry => entry.isFile()).map(entry => entry.name),
	);
	const rules = own === undefined ? above : [...above, own];
	// A virtual environment is no code, and few people ignore it by name.
	if (folder !== '' && entries.some(entry => entry.name === 'pyvenv.cfg')) {
		return;
	}
	const files = entries.filter(entry => entry.isFile()).map(entry => folder + entry.name);
	for (const file of await Promise.all(
		files.filter(path => !isIgnored(rules, path)).map(path => codeFile(root, path)),
	)) {
		if (file !== undefined) {
			take(file);
		}
	}
	for (const entry of entries) {
		const path = `${folder}${entry.name}/`;
		if (entry.isDirectory() && !isIgnored(rules, path)) {
			await walk(root, path, rules, take, signal);
		}
	}
}

async function rulesIn(
	root: string,
	folder: string,
	names: readonly string[],
): Promise<Rules | undefined> {
	const there = ignoreFiles.filter(name => names.includes(name));
	if (there.length === 0) {
		return undefined;
	}
	const rules = ignore();
	for (const name of there) {
		rules.add(await readFile(join(root, folder, name), 'utf8'));
	}
	return { base: folder, rules };
}

/** The innermost rule that says anything decides, as in git. */
function isIgnored(rules: readonly Rules[], path: string): boolean {
	for (const { base, rules: own } of rules.toReversed()) {
		const verdict = own.test(path.slice(base.length));
		if (verdict.ignored || verdict.unignored) {
			return verdict.ignored;
		}
	}
	return false;
}

/** Undefined for what is no plain file, or has just gone. */
async function codeFile(root: string, path: string): Promise<CodeFile | undefined> {
	const stats = await lstat(join(root, path)).catch(() => undefined);
	return stats?.isFile() === true
		? { path, size: stats.size, executable: (stats.mode & 0o100) !== 0 }
		: undefined;
}
