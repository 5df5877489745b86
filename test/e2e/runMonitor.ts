import type { Locator } from 'playwright-core';
import { waitFor } from '../support/bench/waitFor';
import type { WalkSession } from './walkSession';

/** Runs the launch command and answers what it asks: recipe, host. */
export async function launchRecipe(session: WalkSession, recipe: string): Promise<void> {
	const { editor } = session;
	await editor.runCommand('Windsock: Launch Training…');
	await editor.waitForQuickInput('Launch Training: Recipe');
	await editor.pick(recipe);
	await pickHost(session);
}

export async function pickHost(session: WalkSession): Promise<void> {
	await session.editor.waitForQuickInput('Launch Training: Host');
	await session.editor.pick(session.hostName);
}

/** Waits until the tab in front is the monitor of the run with this name. */
export async function waitForMonitor(session: WalkSession, runName: string): Promise<void> {
	const { page } = session.editor;
	await page.locator('.tab.active').filter({ hasText: runName }).waitFor();
	await session.editor.inWebview('run-state');
}

/** Opens a run's metrics from the Runs view, as one does in a new window. */
export async function openMonitor(session: WalkSession, runName: string): Promise<void> {
	const { editor } = session;
	await editor.showViews();
	await editor.treeItem('Runs', runName).click();
	await waitForMonitor(session, runName);
}

export async function waitForState(session: WalkSession, state: string): Promise<void> {
	await waitFor(
		`the monitor to say ${state}`,
		async () => {
			const shown = await session.editor.inWebview('run-state');
			return (await shown.getAttribute('data-state')) === state;
		},
		60_000,
	);
}

export async function lossPanel(session: WalkSession): Promise<Locator> {
	return session.editor.inWebview('panel-loss', 120_000);
}

async function lastStep(panel: Locator): Promise<number> {
	return Number((await panel.getAttribute('data-last-step')) ?? -1);
}

/** Waits until the loss chart has gone on twice. */
export async function watchLossMove(
	session: WalkSession,
): Promise<{ readonly from: number; readonly to: number }> {
	const panel = await lossPanel(session);
	const from = await waitFor('a first loss', async () => {
		const step = await lastStep(panel);
		return step > 0 && step;
	});
	let to = from;
	for (let n = 0; n < 2; n++) {
		to = await waitFor(`the loss to move beyond step ${to}`, async () => {
			const step = await lastStep(panel);
			return step > to && step;
		});
	}
	return { from, to };
}

/** Waits until a panel holds exactly this many points up to this step. */
export async function panelPoints(
	session: WalkSession,
	metric: string,
	points: number,
	step: number,
): Promise<void> {
	const panel = await session.editor.inWebview(`panel-${metric}`);
	await waitFor(`${points} points of ${metric}`, async () => {
		const shown = Number(await panel.getAttribute('data-points'));
		return shown === points && (await lastStep(panel)) >= step;
	});
}
