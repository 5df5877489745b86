import * as vscode from 'vscode';
import { withoutLinks } from '../../core/base/foreignText';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';

/** Questions while connecting, one at a time however many hosts connect. Answers are not kept. */
export class EditorConnectionPrompts implements ConnectionPrompts {
	#last: Promise<unknown> = Promise.resolve();

	confirmHostKey({
		host,
		address,
		keyType,
		fingerprint,
	}: Parameters<ConnectionPrompts['confirmHostKey']>[0]): Promise<boolean> {
		return this.#next(async () => {
			const accept = 'Accept Key';
			const detail =
				`${keyType}\n${fingerprint}\n\n` +
				`${address} was not reached from here before. Compare the fingerprint with what the ` +
				'owner of the host says. Accepting adds the key to your known_hosts.';
			const choice = await vscode.window.showWarningMessage(
				`Is this the right key of “${host}”?`,
				{ modal: true, detail },
				accept,
			);
			return choice === accept;
		});
	}

	askSecret({
		host,
		prompt,
		echo,
	}: Parameters<ConnectionPrompts['askSecret']>[0]): Promise<string | undefined> {
		return this.#next(async () =>
			vscode.window.showInputBox({
				title: `Connecting to ${host}`,
				// Servers write prompts: they are text, and not long.
				prompt: withoutLinks(prompt.replace(/\p{C}+/gu, ' ').slice(0, 300)),
				password: !echo,
				ignoreFocusOut: true,
			}),
		);
	}

	#next<T>(ask: () => Promise<T>): Promise<T> {
		const answer = this.#last.then(ask);
		this.#last = answer.catch(() => undefined);
		return answer;
	}
}
