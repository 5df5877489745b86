// A comparison of 805 prompts × 6 models, with 400 votes, in a real VS Code: opening it, going from
// prompt to prompt and voting. Times are taken in the page, up to the paint behind the last change.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { answerSets, arePublished } from '../support/bench/answerTexts';
import { CodeServer } from '../support/bench/codeServer';
import { EditorPage, launchBrowser } from '../support/bench/editorPage';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { median, quantile } from '../support/bench/statistics';
import { waitFor } from '../support/bench/waitFor';
import { TemporaryWorkspace } from '../support/bench/workspace';
import { writeComparison } from '../support/comparisonFiles';

const votes = 400;
const steps = 60;
/** Milliseconds for which a prompt is looked at; less than anybody needs to read an answer. */
const look = 150;

export async function measure({ root, vsix }: MeasureOptions): Promise<readonly Measurement[]> {
	const workspace = await TemporaryWorkspace.create(root);
	await writeBoth(workspace.folder);
	const server = await CodeServer.start({ extensions: [vsix] });
	const browser = await launchBrowser();
	try {
		const pictures = path.join(root, 'test-results', 'bench');
		const editor = await EditorPage.open(browser, server.folderUrl(workspace.folder), pictures);
		// The first page of a window starts the extension and the browser's process for pages.
		await openComparison(editor, 'three', '[data-testid="lane-text-3"]');
		const three = await editor.frameWith('[data-testid="lane-text-3"]');
		await server.settle();
		const shown = await stepThrough(three, steps, look);
		const held = await stepThrough(three, steps, 0);
		await editor.runCommand('View: Close Editor');
		await server.settle();
		const opened = await openComparison(editor, 'six', '[data-testid="lane-text-6"]');
		const six = await editor.frameWith('[data-testid="lane-text-6"]');
		await waitFor(
			'all answers to be looked through',
			async () => !(await six.locator('.rd-filters').innerText()).includes('…'),
			120_000,
		);
		await server.settle();
		const wide = await stepThrough(six, steps, look);
		const voted = await voteThrough(six, steps);
		await editor.screenshot('comparison-805');
		const from = arePublished ? 'published answers' : 'made texts';
		return [
			{
				what: `805 × 6 answers opened, chosen to shown, ${from}`,
				value: opened,
				unit: 'ms',
				limit: 1000,
			},
			...timesOf('a prompt of three answers to its text', shown.texts, 50),
			...timesOf('a prompt of three answers to its marks', shown.marks, 50),
			...timesOf('the same with the key held, to its marks', held.marks, undefined),
			...timesOf('a prompt of six answers to its marks', wide.marks, undefined),
			...timesOf(`a vote and the next prompt, after ${votes} votes`, voted, 100),
		];
	} finally {
		await browser.close();
		await server.stop();
		await workspace.remove();
	}
}

function timesOf(
	what: string,
	times: readonly number[],
	limit: number | undefined,
): readonly Measurement[] {
	return [
		{ what: `${what}, median`, value: median(times), unit: 'ms' },
		{
			what: `${what}, p95`,
			value: quantile(times, 0.95),
			unit: 'ms',
			...(limit === undefined ? {} : { limit }),
		},
	];
}

async function writeBoth(workspace: string): Promise<void> {
	const sets = answerSets();
	const prompts = sets.map(({ prompt }, i) => ({
		id: `p${i}`,
		messages: [{ role: 'user', content: prompt }],
		tags: [`tag ${i % 5}`],
	}));
	const reference = sets.map(set => set.reference);
	const nth = (n: number): string[] => sets.map(set => set.others[n] ?? '');
	const three = { base: reference, sft: nth(0), dpo: nth(1) };
	const six = {
		...three,
		other: nth(2),
		later: nth(0).map(text => `Sure! ${text}`),
		last: nth(1).map(text => text.slice(0, 1000)),
	};
	await writeComparison(workspace, { id: 'three', prompts, answers: three });
	await writeComparison(workspace, { id: 'six', prompts, answers: six });
	await writeVotes(path.join(workspace, '.windsock', 'comparisons', 'six', 'votes'), six);
}

async function writeVotes(
	folder: string,
	answers: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
	const order = Object.keys(answers);
	const lines = Array.from({ length: votes }, (_, i) => {
		const hashes = Object.entries(answers).map(([label, texts]) => [
			label,
			createHash('sha256')
				.update(texts[i] ?? '')
				.digest('hex'),
		]);
		return JSON.stringify({
			schemaVersion: 1,
			id: `01JDK7Z3Q8W1NDS0CK${String(i).padStart(8, '0')}`,
			time: '2026-11-22T10:00:00Z',
			voter: 'ada',
			promptId: `p${i}`,
			order,
			blind: true,
			kind: 'best',
			label: order[i % order.length],
			answers: Object.fromEntries(hashes),
		});
	});
	await mkdir(folder, { recursive: true });
	await writeFile(path.join(folder, 'ada.jsonl'), lines.map(line => `${line}\n`).join(''));
}

/** Milliseconds from the choice in the list of comparisons to the answers on screen. */
async function openComparison(editor: EditorPage, name: string, selector: string): Promise<number> {
	await editor.runCommand('Windsock: Open Comparison…');
	const row = editor.quickPickRow(name);
	await row.waitFor();
	const start = performance.now();
	await row.click();
	await editor.frameWith(selector);
	return performance.now() - start;
}

/** Presses `j` again and again, each time `rest` milliseconds after the prompt before and its marks are there. */
function stepThrough(
	frame: Frame,
	count: number,
	rest: number,
): Promise<{ readonly texts: readonly number[]; readonly marks: readonly number[] }> {
	return frame.evaluate(
		async ([wanted, rest]) => {
			const painted = (): Promise<number> =>
				new Promise(resolve => {
					requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
				});
			const until = (holds: () => boolean): Promise<void> =>
				new Promise(resolve => {
					const observer = new MutationObserver(() => {
						if (holds()) {
							observer.disconnect();
							resolve();
						}
					});
					observer.observe(document.body, {
						subtree: true,
						childList: true,
						characterData: true,
						attributes: true,
					});
				});
			const title = (): string => document.querySelector('main')?.getAttribute('aria-label') ?? '';
			const lanes = (): string => document.querySelector('.rd-lanes')?.textContent ?? '';
			const texts: number[] = [];
			const marks: number[] = [];
			for (let n = 0; n < wanted; n++) {
				await new Promise(resolve => setTimeout(resolve, rest));
				const before = { title: title(), lanes: lanes() };
				const start = performance.now();
				const textThere = until(
					() =>
						title() !== before.title &&
						lanes() !== before.lanes &&
						document.querySelector('.rd-text') !== null,
				).then(painted);
				const marksThere = until(
					() =>
						lanes() !== before.lanes &&
						document.querySelector('.rd-change:not(.rd-legend *)') !== null,
				).then(painted);
				document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
				texts.push((await textThere) - start);
				marks.push((await marksThere) - start);
			}
			return { texts, marks };
		},
		[count, rest] as const,
	);
}

/** Votes for the first answer and goes on to the next prompt; the time of both together. */
function voteThrough(frame: Frame, count: number): Promise<readonly number[]> {
	return frame.evaluate(async wanted => {
		const painted = (): Promise<number> =>
			new Promise(resolve => {
				requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
			});
		const until = (holds: () => boolean): Promise<void> =>
			new Promise(resolve => {
				const observer = new MutationObserver(() => {
					if (holds()) {
						observer.disconnect();
						resolve();
					}
				});
				observer.observe(document.body, {
					subtree: true,
					childList: true,
					characterData: true,
					attributes: true,
				});
			});
		const press = (key: string, code: string): boolean =>
			document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true }));
		const status = (): string =>
			document.querySelector('[data-testid="vote-status"]')?.textContent ?? '';
		const title = (): string => document.querySelector('main')?.getAttribute('aria-label') ?? '';
		const times: number[] = [];
		for (let n = 0; n < wanted; n++) {
			const start = performance.now();
			const voted = until(() => status().includes('is best'));
			press('1', 'Digit1');
			await voted;
			const before = title();
			const next = until(() => title() !== before && status().startsWith('Which'));
			press('n', 'KeyN');
			await next;
			times.push((await painted()) - start);
		}
		return times;
	}, count);
}
