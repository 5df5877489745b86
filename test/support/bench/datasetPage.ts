import type { Frame } from 'playwright-core';
import type { EditorPage } from './editorPage';
import { waitFor } from './waitFor';

/** The dataset editor in the active tab, used by clicks and keys. */
export class DatasetPage {
	constructor(private readonly editor: EditorPage) {}

	/** Selects a row and waits until it is the one shown. Rows count from 1, as they are shown. */
	async selectRow(row: number): Promise<void> {
		const selector = `[data-testid="dataset-row-${row}"]`;
		const frame = await this.editor.frameWith(selector);
		await frame.locator(selector).click();
		await frame.getByRole('heading', { name: `Row ${row}`, exact: true }).waitFor();
	}

	async waitForCount(rows: number): Promise<void> {
		const count = await this.editor.inWebview('dataset-count');
		await waitFor(`a count of ${rows}`, async () =>
			(await count.innerText()).replaceAll(/(?<=\d),(?=\d)/g, '').includes(String(rows)),
		);
	}

	async messageText(message: number): Promise<string> {
		const frame = await this.#frame(message);
		return frame.locator(`[data-testid="message-${message}"] .ws-text`).first().innerText();
	}

	async waitForText(message: number, text: string): Promise<void> {
		await waitFor(`message ${message} to say “${text}”`, async () =>
			(await this.messageText(message)).includes(text.slice(0, 40)),
		);
	}

	/** Replaces the whole text of one message of the selected row. */
	async replaceText(message: number, text: string): Promise<void> {
		const frame = await this.#frame(message);
		await frame.locator(`[data-testid="message-edit-${message}"]`).click();
		const field = frame.locator(`[data-testid="message-text-${message}"]`);
		await field.waitFor();
		await field.press('Control+a');
		await field.pressSequentially(text);
		await field.press('Control+Enter');
		await field.waitFor({ state: 'detached' });
	}

	async label(value: 'keep' | 'drop'): Promise<void> {
		await (await this.editor.inWebview(`label-${value}`)).click();
	}

	#frame(message: number): Promise<Frame> {
		return this.editor.frameWith(`[data-testid="message-${message}"] .ws-text`);
	}
}
