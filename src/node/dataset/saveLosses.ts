import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * What a save by renaming would take from a file, each as a phrase: other names of it would keep
 * the old content, and a new file belongs to whoever writes it.
 */
export async function saveLosses(path: string): Promise<string[]> {
	let found;
	try {
		found = await stat(path);
	} catch {
		return []; // A missing file has nothing to lose; other failures come up in the save.
	}
	const losses: string[] = [];
	if (found.nlink > 1) {
		const others = found.nlink - 1;
		losses.push(
			`it has ${others} other ${others === 1 ? 'name (hard link)' : 'names (hard links)'}, which would keep the old content`,
		);
	}
	const user = process.getuid?.();
	// Root gives the new file to the old owner.
	if (user !== undefined && user !== 0 && found.uid !== user) {
		losses.push(`it belongs to another user (id ${found.uid}) and would become yours`);
	}
	if (await hasAccessList(path)) {
		losses.push('it has an access list (ACL), which would be lost');
	}
	return losses;
}

/** `ls -l` marks a file with an access list by `+` behind its mode; Node cannot ask for one. */
async function hasAccessList(path: string): Promise<boolean> {
	if (process.platform === 'win32') {
		return false;
	}
	try {
		const { stdout } = await promisify(execFile)('ls', ['-ldL', '--', path]);
		return stdout[10] === '+';
	} catch {
		return false; // Without `ls` there is no way to know.
	}
}
