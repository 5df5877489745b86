import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetPage } from '../../../support/bench/datasetPage';
import type { EditorPage } from '../../../support/bench/editorPage';
import { waitFor } from '../../../support/bench/waitFor';
import { projectRoot, WindowBench } from '../../../support/bench/windowBench';
import { TemporaryWorkspace } from '../../../support/bench/workspace';

const themes = [
	['Light Modern', 'vscode-light'],
	['Dark Modern', 'vscode-dark'],
	['Dark High Contrast', 'vscode-high-contrast'],
	['Light High Contrast', 'vscode-high-contrast-light'],
] as const;

describe('the dataset editor in every kind of theme', () => {
	let bench: WindowBench;
	let workspace: TemporaryWorkspace;
	let editor: EditorPage;
	const refused: string[] = [];

	beforeAll(async () => {
		bench = await WindowBench.start();
		workspace = await TemporaryWorkspace.create(projectRoot);
		editor = await bench.open(workspace);
		editor.page.on('console', message => {
			if (message.type() === 'error' && /Content Security Policy/.test(message.text())) {
				refused.push(message.text());
			}
		});
		await editor.openFile('data/sft.jsonl');
		await new DatasetPage(editor).selectRow(1);
	});

	afterAll(async () => {
		await bench?.stop();
		await workspace?.remove();
	});

	for (const [theme, bodyClass] of themes) {
		it(`has text that stands out in ${theme}`, async () => {
			await editor.setTheme(theme);
			const frame = await editor.frameWith('[data-testid="message-0"] .ws-text');
			await waitFor(`the page in ${theme}`, () =>
				frame.locator(`body.${bodyClass}`).isVisible({ timeout: 1_000 }),
			);
			await editor.screenshot(`dataset-editor-${bodyClass}`);
			const [text, background] = await frame.evaluate(() => {
				const element = document.querySelector('[data-testid="message-0"] .ws-text');
				const style = getComputedStyle(element ?? document.body);
				let above: Element | null = element;
				let color = 'rgba(0, 0, 0, 0)';
				while (above && /, 0\)$|transparent/.test(color)) {
					color = getComputedStyle(above).backgroundColor;
					above = above.parentElement;
				}
				return [style.color, color] as const;
			});
			expect(contrast(text, background)).toBeGreaterThan(4.5);
		});
	}

	it('had no script or style refused by its policy', () => {
		// The toolkit reports three inline styles on load; they have no effect.
		expect(refused.filter(report => !/style/i.test(report))).toEqual([]);
	});
});

/** WCAG contrast of two computed colours; an alpha below 1 is taken as 1. */
function contrast(a: string, b: string): number {
	const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(part => {
		const share = Number(part) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
