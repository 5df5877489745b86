import type { Event } from '../../core/base/emitter';
import type { Disposable } from '../../core/base/disposable';
import type { Result } from '../../core/base/result';
import type { ScoreSpec } from '../../core/contract/runFiles.generated';
import type { ComparedModel } from '../../core/responses/comparison';
import { problemText } from '../../core/responses/rewardMap/problemText';
import type { ScoredAnswer, ScoredAnswerKey } from '../../core/responses/rewardMap/scoredAnswer';
import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { Progress } from '../../core/training/launchRequest';
import type { WorkspaceRunLibrary } from '../runs/runLibrary';
import type { MirroredRun } from '../runs/mirroredRun';
import { readScoredAnswers } from './rewardMapFile';
import type { RewardMapRequest, RewardMaps } from './rewardMaps';

export interface MapModelName {
	readonly label: string;
	readonly ref: string;
}

/** What a run has told of one answer, or how far it is. */
export interface AnswerMap {
	readonly runId: string;
	readonly policy: MapModelName;
	readonly reference: MapModelName;
	readonly beta?: number;
	readonly state: 'scored' | 'scoring' | 'stopped' | 'failed' | 'unscorable';
	readonly message: string;
	readonly step?: number;
	readonly maxSteps?: number;
	readonly answer?: ScoredAnswer;
}

export interface MapPolicy extends MapModelName {
	readonly runId: string;
	readonly step: number | undefined;
	/** It has a reference of its own. */
	readonly isDpo: boolean;
}

type Library = Pick<WorkspaceRunLibrary, 'list' | 'mirrored' | 'stop' | 'watch' | 'onDidChange'>;

/** The reward maps of the answers of comparisons: runs of kind score that took them from there. */
export class ComparisonMaps {
	readonly onDidChange: Event<{ readonly runId: string }>;

	constructor(
		private readonly library: Library,
		private readonly maps: Pick<RewardMaps, 'launch'>,
	) {
		this.onDidChange = library.onDidChange;
	}

	/** Newest first, one for each two models. Runs that leave this answer out are not among them. */
	async mapsOf(folder: string, key: ScoredAnswerKey): Promise<AnswerMap[]> {
		const found: AnswerMap[] = [];
		for (const { id, kind } of this.library.list()) {
			const run = kind === 'score' ? this.library.mirrored(id) : undefined;
			const score = run?.folder.spec.score;
			if (run && score?.answers.source === folder && covers(score, key)) {
				const isKnown = found.some(
					map =>
						map.policy.ref === score.policy.source.ref &&
						map.reference.ref === score.reference.source.ref,
				);
				const map = isKnown ? undefined : await mapOf(run, score, key);
				found.push(...(map ? [map] : []));
			}
		}
		return found;
	}

	/** The checkpoints among models whose runs this folder knows. */
	policies(models: readonly ComparedModel[]): MapPolicy[] {
		const runs = this.library.list();
		return models.flatMap(({ label, ref }) => {
			const parsed = parseModelRef(ref);
			if (!parsed.ok || parsed.value.kind !== 'run') {
				return [];
			}
			const found = findRunId(parsed.value.run, runs);
			const train = found.ok ? this.library.mirrored(found.value)?.folder.spec.train : undefined;
			if (!found.ok || train === undefined) {
				return [];
			}
			const { step } = parsed.value;
			return [{ label, ref, runId: found.value, step, isDpo: train.method === 'dpo' }];
		});
	}

	launch(
		request: RewardMapRequest,
		progress: Progress,
		signal: AbortSignal,
	): Promise<Result<{ readonly runId: string }>> {
		return this.maps.launch(request, progress, signal);
	}

	stop(runId: string): Promise<Result<void>> {
		return this.library.stop(runId);
	}

	/** What a run tells arrives here only while it is watched. */
	watch(runId: string): Disposable {
		return this.library.watch(runId);
	}
}

function covers({ answers }: ScoreSpec, key: ScoredAnswerKey): boolean {
	const { only } = answers;
	return (
		only === undefined ||
		(only.promptId === key.promptId && only.model === key.model && only.sample === key.sample)
	);
}

async function mapOf(
	run: MirroredRun,
	{ policy, reference, beta, answers }: ScoreSpec,
	key: ScoredAnswerKey,
): Promise<AnswerMap | undefined> {
	const read = await readScoredAnswers(
		run.folder.path,
		one => one.promptId === key.promptId && one.model === key.model && one.sample === key.sample,
	);
	const answer = read.answers.at(-1);
	const { id: runId, state, message, step, maxSteps } = run.summary;
	const map = {
		runId,
		policy: { label: policy.label, ref: policy.source.ref },
		reference: { label: reference.label, ref: reference.source.ref },
		message,
		...(beta === undefined ? {} : { beta }),
		...(step === undefined ? {} : { step }),
		...(maxSteps === undefined ? {} : { maxSteps }),
	};
	if (answer?.problem !== undefined) {
		return { ...map, state: 'unscorable', message: problemText(answer.problem) };
	}
	if (answer !== undefined) {
		return { ...map, state: 'scored', answer };
	}
	switch (state) {
		case 'failed':
		case 'lost':
			return { ...map, state: 'failed' };
		case 'finished': {
			const stopped = run.state?.reason === 'stopped';
			// An answer that came after the run was begun is in none of its lines.
			return stopped || answers.only !== undefined || !run.isComplete
				? { ...map, state: stopped ? 'stopped' : run.isComplete ? 'failed' : 'scoring' }
				: undefined;
		}
		default:
			return { ...map, state: 'scoring' };
	}
}
