import { DisposableStore, type Disposable } from '../../core/base/disposable';
import type { WindsockError } from '../../core/base/errors';
import type { Comparison } from '../../core/responses/comparison';
import { parseModelRef } from '../../core/training/modelRef';
import { answersOf } from '../../node/rewardMaps/answersToScore';
import type { AnswerMap, ComparisonMaps, MapPolicy } from '../../node/rewardMaps/comparisonMaps';
import type {
	LaneRequest,
	MapModel,
	RewardMapView,
	ShownMap,
	StartMapRequest,
} from '../../protocol/rewardMap';
import { promptView, type ViewContext } from './comparisonViews';
import { namedLane } from './namedLane';

/** Milliseconds between two words to the page while a run goes on. */
const pace = 200;

export interface AnswerMapParts {
	/** The comparison as it is shown now; undefined where it cannot be read. */
	readonly current: () => Promise<
		{ readonly comparison: Comparison; readonly context: ViewContext } | undefined
	>;
	/** Folder of the comparison. */
	readonly folder: string;
	/** Something may be new for the map that the page shows. */
	readonly changed: () => void;
	readonly showError: (error: WindsockError) => void;
}

interface Place {
	readonly comparison: Comparison;
	readonly promptId: string;
	readonly label: string;
	readonly sample: number;
}

/** Reward maps of one open comparison, for its page. Where names are hidden there are none. */
export class AnswerMaps implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #watched = new Map<string, Disposable>();
	#starting: { readonly signal: AbortController; message: string } | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly maps: ComparisonMaps,
		private readonly parts: AnswerMapParts,
	) {
		this.#disposables.add(
			maps.onDidChange(({ runId }) => {
				if (this.#watched.has(runId)) {
					this.#note();
				}
			}),
		);
		this.#disposables.add({ dispose: () => this.hide() });
	}

	async load(request: LaneRequest): Promise<RewardMapView | undefined> {
		const place = await this.#placeOf(request);
		return place && this.#view(request, place);
	}

	async start(request: StartMapRequest): Promise<RewardMapView | undefined> {
		const place = await this.#placeOf(request);
		const policy =
			place &&
			this.maps.policies(place.comparison.header.models).find(one => one.ref === request.policy);
		if (!place || !policy) {
			return undefined;
		}
		if (this.#starting === undefined) {
			await this.#launch(place, policy, request);
		}
		return this.load(request);
	}

	/** Ends what is being begun, or a run. */
	async stop(runId: string | undefined): Promise<void> {
		if (runId === undefined) {
			this.#starting?.signal.abort();
			return;
		}
		const stopped = await this.maps.stop(runId);
		if (!stopped.ok) {
			this.parts.showError(stopped.error);
		}
		this.#note();
	}

	/** The page is out of sight; runs go on. */
	hide(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const watched of this.#watched.values()) {
			watched.dispose();
		}
		this.#watched.clear();
	}

	dispose(): void {
		this.#starting?.signal.abort();
		this.#disposables.dispose();
	}

	async #launch(place: Place, policy: MapPolicy, request: StartMapRequest): Promise<void> {
		const all = answersOf(place.comparison);
		const answers = request.all ? all : all.filter(one => isOf(one, place));
		const starting = { signal: new AbortController(), message: 'Starting' };
		this.#starting = starting;
		this.#note();
		const { label: model, promptId, sample } = place;
		const launched = await this.maps.launch(
			{
				runId: policy.runId,
				step: policy.step,
				against: request.reference === '' ? undefined : request.reference,
				answers,
				source: this.parts.folder,
				...(request.all ? {} : { only: { promptId, model, sample } }),
			},
			{
				report: message => {
					starting.message = message;
					this.#note();
				},
			},
			starting.signal.signal,
		);
		this.#starting = undefined;
		if (!launched.ok && launched.error.code !== 'cancelled') {
			this.parts.showError(launched.error);
		}
	}

	/** Undefined for a lane that is not there (any more), or whose name is hidden. */
	async #placeOf({ promptId, lane }: LaneRequest): Promise<Place | undefined> {
		const current = await this.parts.current();
		if (!current) {
			return undefined;
		}
		const { comparison, context } = current;
		const index = context.items.findIndex(({ id }) => id === promptId);
		const shown = promptView(comparison, index, context)?.lanes.find(one => one.key === lane);
		const named = namedLane(comparison, context, { promptId, lane });
		if (!named || shown?.model === undefined || shown.text === undefined) {
			return undefined;
		}
		return { comparison, ...named, sample: shown.samples?.shown ?? 0 };
	}

	async #view(
		{ promptId, lane }: LaneRequest,
		{ comparison, promptId: own, label, sample }: Place,
	): Promise<RewardMapView> {
		const { models } = comparison.header;
		const key = { promptId: own, model: label, sample };
		const found = await this.maps.mapsOf(this.parts.folder, key);
		for (const { runId, state } of found) {
			if (state === 'scoring' && !this.#watched.has(runId)) {
				this.#watched.set(runId, this.maps.watch(runId));
			}
		}
		const policies = this.maps
			.policies(models)
			.toSorted((a, b) => Number(b.label === label) - Number(a.label === label));
		const references = Object.fromEntries(
			policies.map(policy => [policy.ref, referencesFor(policy, models)]),
		);
		return {
			promptId,
			lane,
			maps: found.map(shownMap),
			policies: policies.map(policy => ({ label: policy.label, ref: policy.ref })),
			references,
			answers: answersOf(comparison).length,
			...(this.#starting === undefined ? {} : { starting: this.#starting.message }),
		};
	}

	#note(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.parts.changed();
		}, pace);
	}
}

function isOf(
	answer: { readonly promptId: string; readonly model: string; readonly sample: number },
	{ promptId, label, sample }: Place,
): boolean {
	return answer.promptId === promptId && answer.model === label && answer.sample === sample;
}

/** Its own reference first, then the other models of the comparison, then the base of the folder. */
function referencesFor(policy: MapPolicy, models: readonly MapModel[]): MapModel[] {
	const others = models.filter(({ ref }) => {
		const parsed = parseModelRef(ref);
		return ref !== policy.ref && parsed.ok && parsed.value.kind !== 'endpoint';
	});
	const hasBase = others.some(({ ref }) => ref === 'base');
	return [
		...(policy.isDpo ? [{ label: 'its DPO reference', ref: '' }] : []),
		...others.map(({ label, ref }) => ({ label, ref })),
		...(hasBase ? [] : [{ label: 'base', ref: 'base' }]),
	];
}

function shownMap({ answer, ...map }: AnswerMap): ShownMap {
	return answer === undefined ? map : { ...map, tokens: answer.tokens, ending: answer.ending };
}
