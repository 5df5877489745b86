import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

interface StoredBackup {
	/** The dataset whose unsaved edits these are. */
	readonly uri: string;
	readonly edits: string;
}

/**
 * Unsaved edits on disk. VS Code says where each goes (the extension's storage folder) and names
 * the place after a restart; but when the extension host died, it names none or an older one. So
 * the newest that names the dataset counts.
 */
export class DocumentBackups {
	constructor(private readonly storageUri: vscode.Uri) {}

	async write(destination: vscode.Uri, document: vscode.Uri, edits: string): Promise<void> {
		const stored: StoredBackup = { uri: document.toString(), edits };
		await vscode.workspace.fs.writeFile(
			destination,
			new TextEncoder().encode(JSON.stringify(stored)),
		);
	}

	/** `undefined` when there is none or it is damaged; the dataset then opens as it is on disk. */
	async read(backup: vscode.Uri): Promise<string | undefined> {
		try {
			return parse(await vscode.workspace.fs.readFile(backup))?.edits;
		} catch (error) {
			if (isMissing(error)) {
				return undefined;
			}
			throw error;
		}
	}

	/** The backups of this dataset, newest first. */
	async find(document: vscode.Uri): Promise<vscode.Uri[]> {
		const found: { place: vscode.Uri; time: number }[] = [];
		for (const name of await this.#names()) {
			const place = vscode.Uri.joinPath(this.storageUri, name);
			const stored = parse(await vscode.workspace.fs.readFile(place));
			if (stored?.uri === document.toString()) {
				found.push({ place, time: (await vscode.workspace.fs.stat(place)).mtime });
			}
		}
		return found.sort((a, b) => b.time - a.time).map(({ place }) => place);
	}

	/** Puts edits that no longer fit their file where nothing deletes them. */
	async setAside(edits: string): Promise<vscode.Uri> {
		const place = vscode.Uri.joinPath(this.storageUri, 'unsaved', `${randomUUID()}.json`);
		await vscode.workspace.fs.writeFile(place, new TextEncoder().encode(edits));
		return place;
	}

	async remove(backup: vscode.Uri): Promise<void> {
		try {
			await vscode.workspace.fs.delete(backup);
		} catch (error) {
			// VS Code may have been first.
			if (!isMissing(error)) {
				throw error;
			}
		}
	}

	/** VS Code names backups by a number, the hash of what they are of. */
	async #names(): Promise<string[]> {
		try {
			const entries = await vscode.workspace.fs.readDirectory(this.storageUri);
			return entries
				.filter(([name, type]) => type === vscode.FileType.File && /^-?\w+$/.test(name))
				.map(([name]) => name);
		} catch {
			return []; // The folder is made by the first backup.
		}
	}
}

function parse(bytes: Uint8Array): StoredBackup | undefined {
	try {
		const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<StoredBackup> | null;
		const { uri, edits } = value ?? {};
		return typeof uri === 'string' && typeof edits === 'string' ? { uri, edits } : undefined;
	} catch {
		return undefined;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
}
