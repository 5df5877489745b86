import * as vscode from 'vscode';
import type { Disposable } from '../../core/base/disposable';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { ScoreKeeper } from '../../node/responses/judging/judgedScores';
import type { Notifications } from '../notifications';
import type { EndpointSettings } from '../settings';

export interface JudgeServices {
	readonly store: ComparisonStore;
	readonly scores: ScoreKeeper;
	readonly notifications: Notifications;
	endpoints(): Readonly<Record<string, EndpointSettings>>;
	endpointKey(name: string): Promise<string | undefined>;
	author(): string;
	/** The comparison that a command is about; asked for where its argument names none. */
	comparisonOf(argument: unknown): Promise<string | undefined>;
	/** Shows what came, in the comparison's tab. */
	show(comparisonId: string): void;
}

/** Registers the command; what it does is loaded with its first use. */
export function registerJudgeCommand(services: JudgeServices): Disposable {
	return vscode.commands.registerCommand('windsock.comparison.judge', async (argument: unknown) => {
		const { JudgeComparison } = await import('./judgeComparison');
		await new JudgeComparison(services).run(argument);
	});
}
