import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { OpenMetricsOnHostServices } from './openMetricsOnHost';

/** The commands that show what other tools have logged. */
export function registerOpenMetrics(services: OpenMetricsOnHostServices): Disposable {
	const parts = new DisposableStore();
	parts.add(
		vscode.commands.registerCommand(
			'windsock.metrics.open',
			async (argument: unknown, selected: unknown) => {
				const { openMetrics } = await import('./openMetrics');
				await openMetrics(services, argument, selected);
			},
		),
	);
	parts.add(
		vscode.commands.registerCommand('windsock.metrics.openOnHost', async (argument: unknown) => {
			const { openMetricsOnHost } = await import('./openMetricsOnHost');
			await openMetricsOnHost(services, argument);
		}),
	);
	return parts;
}
