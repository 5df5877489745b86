import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { RunLibrary } from '../../core/training/runLibrary';
import { describeRun } from './runTreeItem';

const going = new Set(['queued', 'preparing', 'running', 'stopping']);

/** Shows the newest run that is going, or how many are. Hidden when none is. */
export class RunStatusBar implements Disposable {
	readonly #parts = new DisposableStore();
	readonly #item: vscode.StatusBarItem;

	constructor(private readonly library: RunLibrary) {
		this.#item = this.#parts.add(
			vscode.window.createStatusBarItem('windsock.runs', vscode.StatusBarAlignment.Left, 20),
		);
		this.#item.name = 'Windsock Runs';
		this.#parts.add(library.onDidChange(() => this.#show()));
		this.#show();
	}

	dispose(): void {
		this.#parts.dispose();
	}

	#show(): void {
		const runs = this.library
			.list()
			.filter(run => going.has(run.state))
			// What is at work before what waits.
			.toSorted((a, b) => Number(a.state === 'queued') - Number(b.state === 'queued'));
		const [newest] = runs;
		if (newest === undefined) {
			this.#item.hide();
			return;
		}
		const steps = newest.step === undefined ? newest.state : `${newest.step}/${newest.maxSteps}`;
		const others = runs.length > 1 ? ` +${runs.length - 1}` : '';
		this.#item.text = `$(${newest.state === 'queued' ? 'clock' : 'sync~spin'}) ${newest.name} ${steps}${others}`;
		this.#item.tooltip = runs.map(run => `${run.name}: ${describeRun(run)}`).join('\n');
		this.#item.command = {
			command: 'windsock.run.showMetrics',
			title: 'Show Metrics',
			arguments: [newest.id],
		};
		this.#item.show();
	}
}
