import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import { waitFor } from './waitFor';

/** Generous: a loaded machine is slow, and a wait ends when its condition holds. */
const slow = 90_000;

/** The system's Chromium without anything that calls out. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = process.env['WINDSOCK_CHROMIUM'];
	if (!executablePath) {
		throw new Error('WINDSOCK_CHROMIUM names no browser; run this through `npm test`');
	}
	return chromium.launch({
		executablePath,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** One window of the bench VS Code, used as a person would: by clicks and keys. */
export class EditorPage {
	private constructor(
		readonly page: Page,
		/** Where `screenshot` puts its files. */
		private readonly pictures: string,
	) {}

	/** Opens a window and waits until the workbench is there. */
	/** @param atStart runs in every frame of the window before anything else */
	static async open(
		browser: Browser,
		url: string,
		pictures: string,
		atStart?: string,
	): Promise<EditorPage> {
		// One context for all windows of a browser: VS Code keeps its layout in the browser's storage.
		const context =
			browser.contexts()[0] ??
			(await browser.newContext({ viewport: { width: 1440, height: 900 } }));
		const page = await context.newPage();
		page.setDefaultTimeout(slow);
		if (atStart !== undefined) {
			await page.addInitScript(atStart);
		}
		const editor = new EditorPage(page, pictures);
		await page.goto(url);
		await editor.#waitForWorkbench();
		return editor;
	}

	async reload(): Promise<void> {
		await this.page.reload();
		await this.#waitForWorkbench();
	}

	async close(): Promise<void> {
		await this.page.close();
	}

	async press(keys: string): Promise<void> {
		await this.page.keyboard.press(keys);
	}

	/** Runs a command from the palette by its whole title, for instance `Windsock: Show Log`. */
	async runCommand(title: string): Promise<void> {
		const row = this.page
			.locator('.quick-input-list .monaco-list-row')
			.filter({ has: this.page.getByText(title, { exact: true }) })
			.first();
		await waitFor(`the command "${title}" in the palette`, async () => {
			await this.#openQuickInput('F1');
			try {
				await this.#quickInput().fill(`>${title}`, { timeout: 5_000 });
				await row.waitFor({ timeout: 3_000 });
				return true;
			} catch {
				// Its extension may not be there yet, and an open palette does not learn of it; or
				// the palette lost the focus and closed before the text was in it.
				await this.press('Escape');
				return false;
			}
		});
		await row.click();
	}

	/** Opens a file of the folder by its path in it. */
	async openFile(relative: string): Promise<void> {
		const row = this.page
			.locator('.quick-input-list .monaco-list-row')
			.filter({ hasText: path.posix.basename(relative) })
			.first();
		await waitFor(`${relative} to open from the list of files`, async () => {
			await this.#openQuickInput('Control+p');
			await this.#quickInput().fill(relative, { timeout: 3_000 });
			// The list may be filled anew under the click.
			await row.click({ timeout: 3_000 });
			await this.tab(path.posix.basename(relative)).waitFor({ timeout: 5_000 });
			return true;
		});
	}

	/** Chooses the entry with this text in the quick pick that is or will be open. */
	async pick(text: string | RegExp): Promise<void> {
		const row = this.quickPickRow(text);
		await row.waitFor();
		await row.click();
	}

	quickPickRow(text: string | RegExp): Locator {
		return this.page
			.locator('.quick-input-list .monaco-list-row')
			.filter({ hasText: text })
			.first();
	}

	/** Ticks entries of a quick pick that allows many, and only those, then confirms. */
	async pickMany(texts: readonly (string | RegExp)[]): Promise<void> {
		const rows = this.page.locator('.quick-input-list .monaco-list-row');
		await rows.first().waitFor();
		for (const row of await rows.all()) {
			const shown = await row.innerText();
			const isWanted = texts.some(text =>
				typeof text === 'string' ? shown.includes(text) : text.test(shown),
			);
			const box = row.getByRole('checkbox');
			if (((await box.getAttribute('aria-checked')) === 'true') !== isWanted) {
				await box.click();
			}
		}
		// Enter would turn the box round that was clicked last.
		await this.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
	}

	/** Waits for the quick input whose title or placeholder matches. */
	async waitForQuickInput(text: string | RegExp): Promise<void> {
		await waitFor(`a quick input that says ${text}`, async () => {
			const widget = this.page.locator('.quick-input-widget:visible');
			const placeholder = await widget.locator('input.input').getAttribute('placeholder');
			const shown = `${placeholder ?? ''}\n${await widget.innerText()}`;
			return typeof text === 'string' ? shown.includes(text) : text.test(shown);
		});
	}

	/** Answers the input box that is or will be open. */
	async answer(text: string): Promise<void> {
		await this.#quickInput().waitFor();
		await this.#quickInput().fill(text);
		await this.press('Enter');
	}

	tab(label: string): Locator {
		return this.page.locator('.tabs-container .tab').filter({ hasText: label }).first();
	}

	/** Saves the active editor, and says what stands on the screen when it stays unsaved. */
	async save(): Promise<void> {
		const isSaved = async (): Promise<boolean> =>
			(await this.page.locator('.tab.active.dirty').count()) === 0;
		try {
			await this.press('Control+s');
			// A key goes by when it falls into the moment in which a window takes its editors up again.
			await waitFor('the editor to be saved', isSaved, 15_000).catch(async () => {
				await this.press('Control+s');
				await waitFor('the editor to be saved', isSaved);
			});
		} catch (error) {
			const shown = this.page.locator('.notification-toast, .monaco-dialog-box');
			throw new Error(`not saved; the window says: ${(await shown.allInnerTexts()).join(' | ')}`, {
				cause: error,
			});
		}
	}

	/** Chooses a colour theme by its name in VS Code's list. */
	async setTheme(name: string): Promise<void> {
		await this.runCommand('Preferences: Color Theme');
		await this.waitForQuickInput(/Select Color Theme/i);
		await this.answer(name);
	}

	/** Shows the Windsock views in the side bar. */
	async showViews(): Promise<void> {
		const item = this.page.locator('.activitybar .action-item', {
			has: this.page.locator('a[aria-label^="Windsock"]'),
		});
		await item.waitFor();
		if ((await item.getAttribute('class'))?.includes('checked') !== true) {
			await item.click();
		}
		await this.viewPane('Runs').waitFor();
	}

	/** A view of the side bar by its title. */
	viewPane(title: string): Locator {
		return this.page.locator('.split-view-view .pane', {
			has: this.page.locator(`.pane-header[aria-label^="${title}"]`),
		});
	}

	treeItem(view: string, text: string | RegExp): Locator {
		return this.viewPane(view).locator('.monaco-list-row').filter({ hasText: text }).first();
	}

	notification(text: string | RegExp): Locator {
		return this.page.locator('.notification-list-item').filter({ hasText: text }).first();
	}

	/** Presses a button of the notification or dialog that shows this text. */
	async answerNotification(text: string | RegExp, button: string): Promise<void> {
		await this.notification(text).waitFor();
		await this.notification(text).getByRole('button', { name: button }).click();
	}

	async answerDialog(button: string | RegExp): Promise<void> {
		await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click();
	}

	/** The webview (a frame in a frame) in which the selector is visible. */
	async frameWith(selector: string, milliseconds = slow): Promise<Frame> {
		return waitFor(
			`a webview with ${selector}`,
			async () => {
				for (const frame of this.page.frames()) {
					if (frame === this.page.mainFrame()) {
						continue;
					}
					try {
						if (await frame.locator(selector).first().isVisible()) {
							return frame;
						}
					} catch {
						// The frame went away while it was asked.
					}
				}
				return undefined;
			},
			milliseconds,
		);
	}

	/** The element with a `data-testid`, in whichever webview shows it. */
	async inWebview(testId: string, milliseconds = slow): Promise<Locator> {
		const selector = `[data-testid="${testId}"]`;
		return (await this.frameWith(selector, milliseconds)).locator(selector).first();
	}

	/** Returns the picture's path. */
	async screenshot(name: string): Promise<string> {
		await mkdir(this.pictures, { recursive: true });
		const file = path.join(this.pictures, `${name}.png`);
		await this.page.screenshot({ path: file });
		return file;
	}

	/** What a failure needs: a picture, and the text of the page and of every webview. */
	async dump(name: string): Promise<void> {
		await this.screenshot(name);
		const parts: string[] = [];
		for (const frame of this.page.frames()) {
			const html = await frame.content().catch((error: unknown) => String(error));
			parts.push(`<!-- ${frame.url()} -->\n${html}`);
		}
		await writeFile(path.join(this.pictures, `${name}.html`), parts.join('\n\n'));
	}

	async #waitForWorkbench(): Promise<void> {
		await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
	}

	#quickInput(): Locator {
		return this.page.locator('.quick-input-widget:visible input.input');
	}

	async #openQuickInput(keys: string): Promise<void> {
		await waitFor(`the quick input after ${keys}`, async () => {
			if (await this.#quickInput().isVisible()) {
				return true;
			}
			await this.press(keys);
			await this.#quickInput().waitFor({ timeout: 2_000 });
			return true;
		});
	}
}
