import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A throw-away copy of the sample workspace that ships with the extension. */
export class TemporaryWorkspace {
	private constructor(
		readonly folder: string,
		private readonly parent: string,
	) {}

	static async create(root: string): Promise<TemporaryWorkspace> {
		const parent = await mkdtemp(path.join(tmpdir(), 'windsock-workspace-'));
		const folder = path.join(parent, 'sample');
		await cp(path.join(root, 'media', 'sample'), folder, { recursive: true });
		await mkdir(path.join(folder, 'data'), { recursive: true });
		return new TemporaryWorkspace(folder, parent);
	}

	path(relative: string): string {
		return path.join(this.folder, relative);
	}

	async write(relative: string, text: string): Promise<void> {
		await mkdir(path.dirname(this.path(relative)), { recursive: true });
		await writeFile(this.path(relative), text);
	}

	/** Makes it a git repository with one commit of all that is there. */
	commit(): void {
		const git = (...args: string[]): void => {
			execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
				cwd: this.folder,
				stdio: 'pipe',
			});
		};
		git('init', '-q', '-b', 'main');
		git('add', '.');
		git('commit', '-q', '-m', 'Start');
	}

	async remove(): Promise<void> {
		await rm(this.parent, { recursive: true, force: true, maxRetries: 5 });
	}
}
