import * as vscode from 'vscode';
import { hubToken, tokenIn, type HubToken } from '../../node/hub/hubToken';

const slot = (origin: string): string => `windsock.hub.token ${origin}`;

/** Tokens of the Hub: one that was given here, else that of the Hub's own tools. */
export class HubTokens {
	constructor(private readonly secrets: vscode.SecretStorage) {}

	/** @param origin of the server that it is for; one for another server is never given */
	async tokenFor(origin: string): Promise<HubToken | undefined> {
		const given = tokenIn((await this.secrets.get(slot(origin))) ?? '');
		return given === undefined
			? hubToken()
			: { value: given, source: 'the one that was given in this editor' };
	}

	/** Asks for a token and keeps it in the secret store. `false` when the question was left. */
	async ask(origin: string, sentence: string): Promise<boolean> {
		const given = await vscode.window.showInputBox({
			title: `Token for ${new URL(origin).host}`,
			prompt: `${sentence} The token is kept in the secret store of this editor and sent to ${new URL(origin).host} only.`,
			placeHolder: 'hf_…',
			password: true,
			ignoreFocusOut: true,
			validateInput: text =>
				tokenIn(text) === undefined && text.trim() !== '' ? 'This is no token.' : undefined,
		});
		const token = tokenIn(given ?? '');
		if (token === undefined) {
			return false;
		}
		await this.secrets.store(slot(origin), token);
		return true;
	}

	/** Takes away one that was given here, such as one that is refused. */
	async forget(origin: string): Promise<void> {
		await this.secrets.delete(slot(origin));
	}
}
