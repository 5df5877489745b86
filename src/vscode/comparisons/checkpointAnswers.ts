import * as vscode from 'vscode';
import type { Comparison } from '../../core/responses/comparison';
import { formatModelRef, parseModelRef } from '../../core/training/modelRef';
import type { RunLibrary } from '../../core/training/runLibrary';
import type { ComparisonStore } from '../../node/responses/comparisonStore';
import type { Notifications } from '../notifications';

/** A checkpoint as another view names it. */
export interface CheckpointPlace {
	readonly runId: string;
	readonly step: number;
}

export interface CheckpointAnswersServices {
	readonly store: Pick<ComparisonStore, 'list'>;
	readonly library: Pick<RunLibrary, 'get' | 'runMetrics' | 'loadMetrics'>;
	readonly notifications: Pick<Notifications, 'info'>;
	show(comparisonId: string): void;
}

/**
 * Opens the comparison that has answers of a checkpoint: asks which where several have, and offers
 * to generate some where none has.
 */
export async function openCheckpointAnswers(
	{ store, library, notifications, show }: CheckpointAnswersServices,
	{ runId, step }: CheckpointPlace,
): Promise<void> {
	await library.loadMetrics(runId);
	const steps = (library.runMetrics(runId)?.markers ?? [])
		.filter(({ kind }) => kind === 'checkpoint')
		.map(marker => marker.step);
	const isLast = step === Math.max(...steps);
	const holding = (await store.list()).filter(one => holdsAnswers(one, { runId, step }, isLast));
	const [first, ...more] = holding;
	if (first === undefined) {
		const name = library.get(runId)?.name ?? runId;
		const generate = 'Generate Responses';
		const choice = await notifications.info(
			`No comparison in this folder has answers of “${name}” at step ${step}.`,
			generate,
		);
		if (choice === generate) {
			const ref = formatModelRef({ kind: 'run', run: runId, step });
			await vscode.commands.executeCommand('windsock.responses.generate', { model: ref });
		}
		return;
	}
	const id = more.length === 0 ? first.header.id : await pickOne(holding, step);
	if (id !== undefined) {
		show(id);
	}
}

/** A reference without a step means the last checkpoint. */
function holdsAnswers(
	{ header, responses }: Comparison,
	{ runId, step }: CheckpointPlace,
	isLast: boolean,
): boolean {
	return header.models.some(({ label, ref }) => {
		const parsed = parseModelRef(ref);
		const model = parsed.ok && parsed.value.kind === 'run' ? parsed.value : undefined;
		return (
			model?.run === runId &&
			(model.step === step || (model.step === undefined && isLast)) &&
			(responses.get(label)?.size ?? 0) > 0
		);
	});
}

async function pickOne(
	comparisons: readonly Comparison[],
	step: number,
): Promise<string | undefined> {
	const picked = await vscode.window.showQuickPick(
		comparisons.map(({ header, prompts }) => ({
			label: header.name,
			description: `${header.models.length} models · ${prompts.length} prompts`,
			detail: header.createdAt === '' ? undefined : new Date(header.createdAt).toLocaleString(),
			id: header.id,
		})),
		{ title: `Comparisons with Answers of Step ${step}`, placeHolder: 'Newest first' },
	);
	return picked?.id;
}

/** A checkpoint as the argument of a command; undefined for anything else. */
export function checkpointPlaceOf(argument: unknown): CheckpointPlace | undefined {
	if (typeof argument !== 'object' || argument === null) {
		return undefined;
	}
	const runId: unknown = Reflect.get(argument, 'runId');
	const step: unknown = Reflect.get(argument, 'step');
	return typeof runId === 'string' && typeof step === 'number' ? { runId, step } : undefined;
}
