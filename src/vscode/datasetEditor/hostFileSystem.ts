import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import type { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import type { FileStat, Host } from '../../core/hosts/host';
import type { HostDirectory } from '../../core/hosts/hostDirectory';

/** Texts that are larger are not loaded whole; VS Code would not show them to extensions either. */
const longestText = 50 << 20;

/**
 * Files of hosts for VS Code's own editors: a dataset as text, the two sides of a comparison.
 * Nothing is created, renamed or removed through it.
 */
export class HostFileSystem implements vscode.FileSystemProvider {
	readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
	readonly onDidChangeFile = this.#changed.event;

	constructor(private readonly hosts: HostDirectory) {}

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => {});
	}

	async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
		const host = await this.#host(uri);
		return toStat(this.#found(uri, await host.stat(uri.path)));
	}

	async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
		const host = await this.#host(uri);
		const entries = valueOf(uri, await host.list(uri.path));
		return entries.map(entry => [entry.name, typeOf(entry)]);
	}

	async readFile(uri: vscode.Uri): Promise<Uint8Array> {
		const host = await this.#host(uri);
		const { size } = this.#found(uri, await host.stat(uri.path));
		if (size > longestText) {
			throw vscode.FileSystemError.Unavailable(
				`It has ${Math.ceil(size / 1e6)} MB: too much to be shown as text from a host.`,
			);
		}
		return valueOf(uri, await host.readFrom(uri.path, 0, size));
	}

	async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
		const host = await this.#host(uri);
		const { mode } = this.#found(uri, await host.stat(uri.path));
		valueOf(uri, await host.writeFile(uri.path, content, { mode }));
		this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
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

	async #host(uri: vscode.Uri): Promise<Host> {
		return valueOf(uri, await this.hosts.get(await hostNameIn(uri, this.hosts)));
	}

	#found(uri: vscode.Uri, found: Result<FileStat | undefined>): FileStat {
		const stat = valueOf(uri, found);
		if (stat === undefined) {
			throw vscode.FileSystemError.FileNotFound(uri);
		}
		return stat;
	}
}

/** The host as the ssh config writes it: VS Code keeps authorities in small letters. */
export async function hostNameIn(uri: vscode.Uri, hosts: HostDirectory): Promise<string> {
	const names = (await hosts.entries()).map(({ name }) => name);
	const { authority } = uri;
	return names.includes(authority)
		? authority
		: (names.find(name => name.toLowerCase() === authority.toLowerCase()) ?? authority);
}

function valueOf<T>(uri: vscode.Uri, result: Result<T>): T {
	if (!result.ok) {
		throw asFileError(uri, result.error);
	}
	return result.value;
}

function asFileError(uri: vscode.Uri, error: WindsockError): vscode.FileSystemError {
	switch (error.code) {
		case 'remoteFileMissing':
			return vscode.FileSystemError.FileNotFound(uri);
		case 'remoteAccessDenied':
			return vscode.FileSystemError.NoPermissions(uri);
		default:
			return vscode.FileSystemError.Unavailable(messageFor(error));
	}
}

function toStat(stat: FileStat): vscode.FileStat {
	const time = stat.mtime * 1000;
	return { type: typeOf(stat), ctime: time, mtime: time, size: stat.size };
}

function typeOf({ kind }: FileStat): vscode.FileType {
	switch (kind) {
		case 'file':
			return vscode.FileType.File;
		case 'directory':
			return vscode.FileType.Directory;
		case 'link':
			return vscode.FileType.SymbolicLink;
		case 'other':
			return vscode.FileType.Unknown;
	}
}
