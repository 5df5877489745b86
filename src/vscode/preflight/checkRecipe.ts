import * as path from 'node:path';
import type * as vscode from 'vscode';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { hasErrors, type PreflightReport } from '../../core/training/preflight/preflightReport';
import type { PreflightReports } from '../../core/training/preflight/preflightReports';
import type { RecipeChecker } from '../../core/training/preflight/preflightRequest';
import { pickHost } from '../hosts/pickHost';
import type { Notifications } from '../notifications';
import { pickRecipe } from '../runs/launchChoices';
import type { JobReview } from '../runs/reviewJob';
import { saveIfDirty } from '../runs/saveIfDirty';
import type { PreflightGate } from './preflightGate';
import type { PreflightPages } from './preflightPages';

export interface CheckServices {
	readonly checker: RecipeChecker;
	readonly reports: PreflightReports;
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
	readonly notifications: Notifications;
	readonly jobs: JobReview;
	readonly pages: PreflightPages;
	readonly gate: PreflightGate;
}

/** Checks a recipe on a host that is asked for, and shows what was found. */
export async function checkRecipe(
	services: CheckServices,
	recipe: vscode.Uri | undefined,
): Promise<void> {
	const recipePath = recipe?.fsPath ?? (await pickRecipe(undefined, 'Check Recipe: Recipe'));
	if (recipePath === undefined || !(await saveWhatItReads(services, recipePath))) {
		return;
	}
	const before = services.reports.ofRecipe(recipePath)?.hostName;
	const hostName = await pickHost(services.hosts, {
		title: 'Check Recipe: Host',
		placeHolder: 'Where it would train',
		first: { names: before === undefined ? [] : [before], because: 'checked there before' },
	});
	if (hostName !== undefined) {
		await checkOn(services, recipePath, hostName, false);
	}
}

/** Checks on the host of the last check. */
export async function checkRecipeAgain(
	services: CheckServices,
	{ recipePath, hostName }: Pick<PreflightReport, 'recipePath' | 'hostName'>,
	withProbe: boolean,
): Promise<void> {
	if (await saveWhatItReads(services, recipePath)) {
		await checkOn(services, recipePath, hostName, withProbe);
	}
}

async function checkOn(
	services: CheckServices,
	recipePath: string,
	hostName: string,
	probe: boolean,
): Promise<void> {
	const { checker, reports, hosts, notifications, jobs, pages, gate } = services;
	hosts.allowRetry(hostName);
	const running = pages.running(recipePath);
	const title = `Checking ${path.basename(recipePath)} on ${hostName}`;
	const checked = await notifications
		.progress(title, (progress, signal) =>
			checker.check(
				{
					recipePath,
					hostName,
					probe,
					trusted: gate.trusted,
					review: jobs.reviewFor(progress),
					onReport: report => {
						reports.set(report);
						pages.show(recipePath);
					},
				},
				progress,
				signal,
			),
		)
		.finally(() => running.dispose());
	if (!checked.ok) {
		notifications.error(checked.error);
		return;
	}
	reports.set(checked.value);
	if (!hasErrors(checked.value)) {
		await gate.remember(checked.value);
	}
	pages.show(recipePath);
}

/** The host reads files; `false` when the recipe cannot be read. */
async function saveWhatItReads(
	{ notifications }: CheckServices,
	recipePath: string,
): Promise<boolean> {
	await saveIfDirty(recipePath);
	const { readRecipe } = await import('../../node/runs/recipeFile');
	const recipe = await readRecipe(recipePath);
	if (!recipe.ok) {
		notifications.error(recipe.error);
		return false;
	}
	for (const { path: dataset } of recipe.value.datasets) {
		await saveIfDirty(path.resolve(path.dirname(recipePath), dataset));
	}
	return true;
}
