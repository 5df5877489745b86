import * as vscode from 'vscode';
import type { DatasetPlace } from '../../node/dataset/far/farSource';
import type { HostPlaces } from '../../node/dataset/far/hostPlaces';
import { HostFileSystem, hostNameIn } from './hostFileSystem';
import { hostScheme } from './hostUri';
import type { OpenOnHostServices } from './openOnHost';

export type HostDatasetServices = OpenOnHostServices;

/** Datasets on hosts, for the editor. Costs nothing until one is opened. */
export class HostDatasets implements vscode.Disposable {
	readonly #registered: vscode.Disposable;
	#places: Promise<HostPlaces> | undefined;

	constructor(private readonly services: HostDatasetServices) {
		const provider = new HostFileSystem(services.hosts);
		this.#registered = vscode.Disposable.from(
			vscode.workspace.registerFileSystemProvider(hostScheme, provider, { isCaseSensitive: true }),
			vscode.commands.registerCommand('windsock.dataset.openOnHost', async (target: unknown) => {
				const { openOnHost } = await import('./openOnHost');
				await openOnHost(services, target);
			}),
		);
	}

	async placeOf(uri: vscode.Uri): Promise<{ host: string; place: DatasetPlace }> {
		const { hosts, prepare } = this.services;
		this.#places ??= import('../../node/dataset/far/hostPlaces').then(
			({ HostPlaces: Places }) => new Places(prepare),
		);
		const host = await hostNameIn(uri, hosts);
		return { host, place: (await this.#places).place(host) };
	}

	dispose(): void {
		this.#registered.dispose();
		void this.#places?.then(places => places.dispose());
	}
}
