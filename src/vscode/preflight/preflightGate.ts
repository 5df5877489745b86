import * as vscode from 'vscode';
import type { LaunchDecision, LaunchGate } from '../../core/training/preflight/launchGate';
import type { PreflightKind, PreflightReport } from '../../core/training/preflight/preflightReport';
import type { PreflightReports } from '../../core/training/preflight/preflightReports';
import { rowsInWords, wordsFor } from '../../core/training/preflight/preflightWords';
import type { OwnPrograms } from '../../node/graph/ownPrograms';
import type { Notifications } from '../notifications';
import type { TrustedCode } from './trustedCode';

const key = 'windsock.preflight.passed';
const most = 200;
const showProblems = 'Show Problems';
const launchAnyway = 'Launch Anyway';

export interface GateServices {
	readonly reports: PreflightReports;
	readonly workspaceState: vscode.Memento;
	readonly trusted: TrustedCode;
	readonly notifications: Notifications;
	/** Opens what is known of a recipe. */
	readonly show: (recipePath: string) => void;
}

/** Stops launches on errors that a look at the host finds, and asks about foreign code. */
export class PreflightGate implements LaunchGate {
	constructor(private readonly services: GateServices) {}

	get trusted(): readonly string[] {
		return this.services.trusted.hashes;
	}

	/** Whether the programs of a graph's recipes may run; asks once for their content. */
	mayRun(programs: OwnPrograms, hosts: readonly string[]): Promise<boolean> {
		return this.services.trusted.askAboutPrograms(programs, hosts);
	}

	hasPassed(content: string): boolean {
		return this.#passed.includes(content);
	}

	/** Content that was checked and may be launched without another look. */
	async remember({ content, kinds, failure }: PreflightReport): Promise<void> {
		if (failure === undefined && !kinds.some(isError) && !this.hasPassed(content)) {
			await this.services.workspaceState.update(key, [...this.#passed, content].slice(-most));
		}
	}

	onReport(report: PreflightReport): void {
		// A whole check of the same knows more than the look before a launch.
		const known = this.services.reports.ofRecipe(report.recipePath);
		if (known?.content !== report.content) {
			this.services.reports.set(report);
		}
	}

	async decide(report: PreflightReport): Promise<LaunchDecision | undefined> {
		const { trusted, notifications } = this.services;
		this.onReport(report);
		if (report.failure !== undefined) {
			void notifications.info(`The recipe was not checked: ${report.failure}`);
		}
		const errors = report.kinds.filter(isError);
		if (errors.length > 0 && !(await this.#isWanted(report, errors))) {
			return undefined;
		}
		if (!(await trusted.ask(report))) {
			return undefined;
		}
		await this.remember(report);
		return { trusted: trusted.hashes };
	}

	get #passed(): readonly string[] {
		return this.services.workspaceState.get<readonly string[]>(key, []);
	}

	async #isWanted(report: PreflightReport, errors: readonly PreflightKind[]): Promise<boolean> {
		const count = errors.length === 1 ? 'A fault' : `${errors.length} kinds of faults`;
		const shown = errors.slice(0, 4).map(kind => {
			const rows = rowsInWords(kind, 3);
			const { sentence } = wordsFor(kind);
			return `• ${rows === '' ? '' : `${rows}: `}${sentence}`;
		});
		const more = errors.length > shown.length ? [`• and ${errors.length - shown.length} more`] : [];
		const choice = await vscode.window.showWarningMessage(
			`${count} would spoil this training.`,
			{ modal: true, detail: [...shown, ...more].join('\n') },
			showProblems,
			launchAnyway,
		);
		if (choice === showProblems) {
			this.services.show(report.recipePath);
		}
		return choice === launchAnyway;
	}
}

/** Foreign code is asked about by itself. */
function isError({ severity, part }: PreflightKind): boolean {
	return severity === 'error' && part !== 'trust';
}
