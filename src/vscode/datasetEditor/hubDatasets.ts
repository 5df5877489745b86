import * as vscode from 'vscode';
import type { HubPlace } from '../../node/dataset/hub/hubPlace';
import type { Notifications } from '../notifications';
import { HubFileSystem } from './hubFileSystem';
import { HubTokens } from './hubTokens';
import { hubScheme } from './hubUri';

export interface HubDatasetServices {
	readonly notifications: Notifications;
	readonly globalState: vscode.Memento;
	readonly secrets: vscode.SecretStorage;
	/** The Hub's address as the settings name it; empty for the usual one. */
	readonly address: () => string;
}

/** Datasets of the Hub, for the editor. Costs nothing until one is opened. */
export class HubDatasets implements vscode.Disposable {
	readonly #registered: vscode.Disposable;
	/** For one address; another setting makes another. */
	#place: { readonly address: string; readonly made: Promise<HubPlace> } | undefined;

	constructor(private readonly services: HubDatasetServices) {
		const tokens = new HubTokens(services.secrets);
		const place = (): Promise<HubPlace> => this.place(tokens);
		this.#registered = vscode.Disposable.from(
			vscode.workspace.registerFileSystemProvider(hubScheme, new HubFileSystem(place), {
				isCaseSensitive: true,
			}),
			vscode.commands.registerCommand('windsock.dataset.openOnHub', async (named: unknown) => {
				const { openOnHub } = await import('./openOnHub');
				const { notifications, globalState } = services;
				await openOnHub(
					{ notifications, globalState, tokens, place },
					typeof named === 'string' ? named : undefined,
				);
			}),
		);
	}

	place(tokens = new HubTokens(this.services.secrets)): Promise<HubPlace> {
		const address = this.services.address();
		if (this.#place?.address !== address) {
			const made = import('../../node/dataset/hub/hubPlace').then(({ hubPlace }) =>
				hubPlace({ address, isPatient: true, token: origin => tokens.tokenFor(origin) }),
			);
			// A wrong address is told each time, and looked at anew.
			made.catch(() => (this.#place = undefined));
			this.#place = { address, made };
		}
		return this.#place.made;
	}

	dispose(): void {
		this.#registered.dispose();
	}
}
