import * as vscode from 'vscode';
import { withoutLinks } from '../../core/base/foreignText';
import { reasonOf } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import {
	canRemember,
	type RememberedSecrets,
	type SecretQuestion,
} from '../../core/hosts/rememberedSecrets';

/**
 * Questions while connecting, one at a time however many hosts connect. Answers stay in memory,
 * unless a person wants one to be remembered.
 */
export class EditorConnectionPrompts implements ConnectionPrompts {
	#last: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly remembered: RememberedSecrets,
		private readonly logger: Logger,
	) {}

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

	askSecret(question: SecretQuestion): Promise<string | undefined> {
		return this.#next(async () => {
			const kept = await this.remembered.recall(question);
			return kept ?? (await this.#ask(question));
		});
	}

	/** Asks, and keeps the answer only where a person has switched that on for it. */
	#ask(question: SecretQuestion): Promise<string | undefined> {
		const { promise, resolve } = Promise.withResolvers<string | undefined>();
		const input = vscode.window.createInputBox();
		input.title = `Connecting to ${question.host}`;
		// Servers write prompts: they are text, and not long.
		input.prompt = withoutLinks(question.prompt.replace(/\p{C}+/gu, ' ').slice(0, 300));
		if (question.isRepeated) {
			input.validationMessage = 'That was not accepted. Try again.';
		}
		input.password = !question.echo;
		input.ignoreFocusOut = true;
		const remember = {
			iconPath: new vscode.ThemeIcon('save'),
			tooltip: 'Remember in the secret store of this machine',
			location: vscode.QuickInputButtonLocation.Input,
			toggle: { checked: false },
		};
		input.buttons = canRemember(question) ? [remember] : [];
		input.onDidAccept(() => {
			const { value } = input;
			if (remember.toggle.checked) {
				void this.#remember(question, value);
			}
			resolve(value);
			input.hide();
		});
		input.onDidHide(() => {
			resolve(undefined);
			input.dispose();
		});
		input.show();
		return promise;
	}

	async #remember(question: SecretQuestion, secret: string): Promise<void> {
		let isKept = false;
		try {
			isKept = await this.remembered.remember(question, secret);
		} catch (error) {
			this.logger.warn(`the secret store failed: ${reasonOf(error)}`);
		}
		if (!isKept) {
			void vscode.window.showWarningMessage(
				'The secret store of this machine did not keep that. It is asked for again next time; an ssh agent can hold keys instead.',
			);
		}
	}

	/** A notification that goes away by itself; such as “touch your key”. */
	async showNotice({
		host,
		text,
		signal,
	}: Parameters<NonNullable<ConnectionPrompts['showNotice']>>[0]): Promise<void> {
		const title = `Connecting to ${host}: ${withoutLinks(text.replace(/\p{C}+/gu, ' ').slice(0, 300))}`;
		await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Notification, title },
			async () => {
				if (!signal.aborted) {
					await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
				}
			},
		);
	}

	#next<T>(ask: () => Promise<T>): Promise<T> {
		const answer = this.#last.then(ask);
		this.#last = answer.catch(() => undefined);
		return answer;
	}
}
