import * as vscode from 'vscode';

/**
 * The key of an endpoint from the secret store; asked for once where none is kept. An empty answer
 * stands for a server without keys and is kept too; leaving the question asks again next time.
 */
export async function endpointKey(
	name: string,
	secrets: vscode.SecretStorage,
): Promise<string | undefined> {
	const slot = `windsock.endpoint.${name}`;
	const kept = await secrets.get(slot);
	if (kept !== undefined) {
		return kept === '' ? undefined : kept;
	}
	const given = await vscode.window.showInputBox({
		title: `Key for the endpoint ${name}`,
		prompt: 'Kept in the secret store of this editor. Leave it empty for a server without keys.',
		password: true,
		ignoreFocusOut: true,
	});
	if (given === undefined) {
		return undefined;
	}
	await secrets.store(slot, given.trim());
	return given.trim() === '' ? undefined : given.trim();
}
