import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { ModelSource, RunMadeWith } from '../../core/contract/runFiles.generated';
import { withSignal, type OperationOptions } from '../../core/hosts/host';
import { formatModelRef } from '../../core/training/modelRef';
import type { RerunRemark } from '../../core/training/rerunRemark';
import { checkpointFolder } from './checkpoints';
import { callPackage, type PreparedHost } from './preparedHost';

export interface FoundModel {
	readonly model: ModelSource;
	readonly remarks: readonly RerunRemark[];
}

/**
 * Finds the model that a run started from on a host, a checkpoint also where `copy` puts it, and
 * compares its content with what was on record. Fails with `rerunImpossible` where it is gone.
 *
 * @param before what the run was made with, which knows the commit of a model of the Hub
 */
export async function findModel(
	model: ModelSource,
	before: RunMadeWith | undefined,
	prepared: PreparedHost,
	signal?: AbortSignal,
): Promise<Result<FoundModel>> {
	const remark = (message: string, level: RerunRemark['level']): RerunRemark => ({
		what: 'model',
		level,
		message,
	});
	if (model.kind === 'hub') {
		const revision = before?.modelRevision ?? model.revision;
		const isCommit = /^[0-9a-f]{40}$/.test(revision ?? '');
		const unknown = `Which commit of ${model.ref} the run had is not on record: if the model has moved since, this one starts from another.`;
		return ok({
			model: revision === undefined ? model : { ...model, revision },
			remarks: isCommit ? [] : [remark(unknown, 'differs')],
		});
	}
	if (model.kind !== 'checkpoint' && model.kind !== 'path') {
		return ok({ model, remarks: [] });
	}
	const { runId, step, ref } = model;
	const places =
		runId !== undefined && step !== undefined
			? [
					checkpointFolder(prepared, runId, step),
					`${prepared.layout.models}/${runId}-${step}`,
					...(model.kind === 'path' && model.path !== undefined ? [model.path] : []),
				]
			: [model.path ?? ''];
	for (const path of places) {
		const now = await contentOf(path, prepared, withSignal(signal));
		if (!now.ok) {
			return now;
		}
		if (now.value === undefined) {
			continue;
		}
		const { content } = now.value;
		const found = { ...model, path, content };
		if (model.content === undefined) {
			const text = `What ${ref} held is not on record, so nobody can tell whether it has changed since.`;
			return ok({ model: found, remarks: [remark(text, 'differs')] });
		}
		const text = `The model ${ref} is not what it was: ${path} holds something else now (${model.content.slice(0, 8)} → ${content.slice(0, 8)}).`;
		return ok({
			model: found,
			remarks: content === model.content ? [] : [remark(text, 'changed')],
		});
	}
	const name = prepared.host.name;
	const reason =
		runId === undefined || step === undefined
			? `the model ${ref} is not on ${name}: there is no folder ${model.path}`
			: `the checkpoint ${formatModelRef({ kind: 'run', run: runId, step })} is not on ${name}; where another host still has it, “windsock copy ${runId} --step ${step} --to ${name}” brings it there`;
	return err(new WindsockError('rerunImpossible', { reason }));
}

/** A model with what tells its content from others, where it is a folder of the host. */
export async function withContent(
	model: ModelSource,
	prepared: PreparedHost,
	options: OperationOptions = {},
): Promise<Result<ModelSource>> {
	if ((model.kind !== 'checkpoint' && model.kind !== 'path') || model.path === undefined) {
		return ok(model);
	}
	const found = await contentOf(model.path, prepared, options);
	return found.ok
		? ok(found.value === undefined ? model : { ...model, content: found.value.content })
		: found;
}

/** Undefined where there is no such folder, or no model in it. */
async function contentOf(
	path: string,
	prepared: PreparedHost,
	options: OperationOptions,
): Promise<Result<{ readonly content: string } | undefined>> {
	const answer = await callPackage(prepared, ['fingerprint', path], options);
	if (!answer.ok) {
		return answer.error.details['remoteCode'] === 'missing' ? ok(undefined) : answer;
	}
	const { content, files } = (answer.value ?? {}) as Readonly<Record<string, unknown>>;
	return ok(typeof content === 'string' && files !== 0 ? { content } : undefined);
}
