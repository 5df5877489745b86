import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type {
	AfterCheckpointSpec,
	CheckpointEvaluation,
	EvaluationFile,
} from '../../core/contract/runFiles.generated';
import { baseName } from '../../core/training/afterCheckpoint';
import type { RerunRemark } from '../../core/training/rerunRemark';
import type { InputFile } from '../transfer/uploadInputs';
import { prepareFile, preparePrompts } from './checkpointJobs';
import { fromStores, nameInStore, type InputPlaces } from './rerunStores';

interface Content {
	readonly path: string;
	readonly sha256?: string;
	readonly bytes?: number;
	readonly source?: string;
}

interface FoundCheckpointInputs {
	readonly spec?: AfterCheckpointSpec;
	readonly files: readonly InputFile[];
	readonly there: readonly string[];
	readonly remarks: readonly RerunRemark[];
}

/** Looks for the prompts and files that a run's checkpoints were followed by, by content. */
export async function findCheckpointInputs(
	spec: AfterCheckpointSpec | undefined,
	places: InputPlaces,
	signal?: AbortSignal,
): Promise<Result<FoundCheckpointInputs>> {
	const files: InputFile[] = [];
	const there: string[] = [];
	const remarks: RerunRemark[] = [];
	if (spec === undefined) {
		return ok({ files, there, remarks });
	}
	const find = async <T extends Content>(
		record: T,
		again: (source: string) => Promise<Result<{ file: InputFile; record: T }>>,
	): Promise<Result<T>> => {
		const { to } = places;
		const label = baseName(record.source ?? record.path);
		const name = nameInStore(record);
		const stored =
			name === undefined
				? ok(undefined)
				: await fromStores(name, record.bytes, { ...places, label }, signal);
		if (!stored.ok) {
			return stored;
		}
		if (stored.value !== undefined && name !== undefined) {
			if (stored.value === 'there') {
				there.push(name);
			} else {
				files.push(stored.value);
			}
			return ok({ ...record, path: `${to.layout.store}/${name}` });
		}
		const made = await again(record.source ?? '');
		if (!made.ok) {
			const reason = `${label} is gone: its content is not on ${to.host.name} any more, and ${record.source ?? 'its source'} cannot be read`;
			return err(new WindsockError('rerunImpossible', { reason }, { cause: made.error }));
		}
		files.push(made.value.file);
		if (made.value.record.sha256 !== record.sha256) {
			const message = `${label} is not what it was, and its former content is not on ${to.host.name} any more.`;
			remarks.push({ what: 'prompts', level: 'changed', message });
		}
		return ok(made.value.record);
	};
	let { answers } = spec;
	if (answers !== undefined) {
		const prompts = await find(answers.prompts, source =>
			preparePrompts(source, places.to.layout, places.scratch),
		);
		if (!prompts.ok) {
			return prompts;
		}
		answers = { ...answers, prompts: prompts.value };
	}
	const evaluate: CheckpointEvaluation[] = [];
	for (const one of spec.evaluate ?? []) {
		const own: EvaluationFile[] = [];
		for (const file of one.files ?? []) {
			const found = await find<EvaluationFile>(file, source =>
				prepareFile(source, places.to.layout),
			);
			if (!found.ok) {
				return found;
			}
			own.push({ ...found.value, name: file.name });
		}
		evaluate.push({ ...one, ...(one.files === undefined ? {} : { files: own }) });
	}
	const made = { ...spec, ...(answers === undefined ? {} : { answers }), evaluate };
	return ok({ spec: made, files, there, remarks });
}
