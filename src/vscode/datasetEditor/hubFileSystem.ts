import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import type { FarSource } from '../../node/dataset/far/farSource';
import type { HubPlace } from '../../node/dataset/hub/hubPlace';
import { hubLocationOf } from './hubUri';

/** Texts that are larger are not loaded whole; VS Code would not show them to extensions either. */
const longestText = 50 << 20;

/** Files of the Hub for VS Code's own editors: a dataset as text. Nothing can be written. */
export class HubFileSystem implements vscode.FileSystemProvider {
	readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
	readonly onDidChangeFile = this.#changed.event;

	constructor(private readonly place: () => Promise<HubPlace>) {}

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => {});
	}

	/** A glob is no file; VS Code only wants to know that there is something. */
	async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
		const files = await (await this.place()).locate(hubLocationOf(uri));
		if (!files.ok) {
			throw asFileError(uri, files.error);
		}
		const [only] = files.value.files;
		const size = files.value.files.length > 1 ? 0 : await this.#with(uri, only, far => far.size);
		return { type: vscode.FileType.File, ctime: 0, mtime: 0, size };
	}

	async readFile(uri: vscode.Uri): Promise<Uint8Array> {
		return this.#with(uri, hubLocationOf(uri), far => {
			if (far.size > longestText) {
				throw vscode.FileSystemError.Unavailable(
					`It has ${Math.ceil(far.size / 1e6)} MB: too much to be shown as text from the Hub.`,
				);
			}
			return far.read(0, far.size);
		});
	}

	readDirectory(uri: vscode.Uri): never {
		throw vscode.FileSystemError.FileNotADirectory(uri);
	}

	writeFile(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	createDirectory(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	delete(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	rename(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	async #with<T>(
		uri: vscode.Uri,
		location: string | undefined,
		work: (far: FarSource) => T | Promise<T>,
	): Promise<T> {
		let far: FarSource | undefined;
		try {
			far = await (await this.place()).open(location ?? hubLocationOf(uri));
			return await work(far);
		} catch (error) {
			throw WindsockError.is(error) ? asFileError(uri, error) : error;
		} finally {
			await far?.close();
		}
	}
}

function asFileError(uri: vscode.Uri, error: WindsockError): vscode.FileSystemError {
	switch (error.code) {
		case 'hubMissing':
			return vscode.FileSystemError.FileNotFound(uri);
		case 'hubTokenNeeded':
		case 'hubTokenRefused':
		case 'hubAccessDenied':
			return vscode.FileSystemError.NoPermissions(messageFor(error));
		default:
			return vscode.FileSystemError.Unavailable(messageFor(error));
	}
}
