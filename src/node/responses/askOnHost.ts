import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { HostQuestion } from '../../core/responses/hostAnswers';
import type { Launcher, LaunchGenerateRequest, Progress } from '../../core/training/launchRequest';
import type { RunLibrary } from '../../core/training/runLibrary';
import { hasEnded } from '../../core/training/runState';
import type { WorkspaceFolder } from '../workspace/workspaceFolder';
import type { ComparisonStore } from './comparisonStore';

export interface HostAskServices {
	readonly workspace: WorkspaceFolder;
	readonly launcher: Pick<Launcher, 'launchGenerate'>;
	readonly library: Pick<RunLibrary, 'get' | 'watch' | 'onDidChange' | 'stop'>;
	readonly store: Pick<ComparisonStore, 'open' | 'watch' | 'onDidChange'>;
}

/**
 * Lets models of a host answer one prompt as a job like any other: it has a run and a comparison of its
 * own. Given up, the job is ended on its host too.
 */
export async function askOnHost(
	services: HostAskServices,
	{ hostName, refs, messages, signal, onAnswer }: HostQuestion,
	progress: Progress,
	review: LaunchGenerateRequest['review'],
): Promise<Result<void>> {
	const { workspace, launcher, library, store } = services;
	const line = JSON.stringify({ id: 'asked', messages });
	const name = createHash('sha256').update(line).digest('hex').slice(0, 12);
	const promptsPath = path.join(path.dirname(workspace.comparisons), 'asked', `${name}.jsonl`);
	try {
		await mkdir(path.dirname(promptsPath), { recursive: true });
		await writeFile(promptsPath, `${line}\n`);
	} catch (error) {
		const details = { path: promptsPath, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	const launched = await launcher.launchGenerate(
		{ promptsPath, hostName, models: refs, name: 'asked', ...(review ? { review } : {}) },
		progress,
		signal,
	);
	if (!launched.ok) {
		return launched;
	}
	const { runId } = launched.value;
	let isNew = true;
	let wake = (): void => {};
	const note = (changedId: string): void => {
		if (changedId === runId) {
			isNew = true;
			wake();
		}
	};
	const giveUp = (): void => note(runId);
	signal.addEventListener('abort', giveUp);
	const parts = [
		store.onDidChange(({ comparisonId }) => note(comparisonId)),
		library.onDidChange(changed => note(changed.runId)),
		store.watch(runId),
		library.watch(runId),
	];
	try {
		const heard = new Set<string>();
		for (;;) {
			if (!isNew) {
				await new Promise<void>(resolve => (wake = resolve));
			}
			isNew = false;
			if (signal.aborted) {
				await library.stop(runId);
				return err(new WindsockError('cancelled', { what: 'asking the models of the host' }));
			}
			const hasRunEnded = hasEnded(library.get(runId)?.state ?? 'queued');
			const comparison = await store.open(runId);
			const { header, responses } = comparison.ok ? comparison.value : {};
			for (const [i, ref] of refs.entries()) {
				const answer = responses?.get(header?.models[i]?.label ?? ref)?.get('asked');
				if (answer && !heard.has(ref)) {
					heard.add(ref);
					onAnswer(ref, answer.response, answer.finishReason === 'length');
				}
			}
			if (heard.size === refs.length || hasRunEnded) {
				return ok(undefined);
			}
		}
	} finally {
		signal.removeEventListener('abort', giveUp);
		for (const part of parts) {
			part.dispose();
		}
	}
}
