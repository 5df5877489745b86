import type { ScoredToken } from '../core/responses/rewardMap/scoredAnswer';

export interface MapModel {
	readonly label: string;
	/** Model reference; empty: the reference that the policy's own DPO trained against. */
	readonly ref: string;
}

/** What two models make of one answer, or how far its host is with it. */
export interface ShownMap {
	/** Run that scores. */
	readonly runId: string;
	readonly policy: MapModel;
	readonly reference: MapModel;
	/** Only where `reference` is what the policy's DPO trained against: β times a sum is its reward. */
	readonly beta?: number;
	/** `unscorable`: the host says in `message` why this answer has no figures. */
	readonly state: 'scored' | 'scoring' | 'stopped' | 'failed' | 'unscorable';
	/** One sentence, or empty. */
	readonly message: string;
	readonly step?: number;
	readonly maxSteps?: number;
	/** Only where scored. */
	readonly tokens?: readonly ScoredToken[];
	/** Tokens before those that the template ends the answer with. */
	readonly ending?: number;
}

/** All about reward maps of one answer. */
export interface RewardMapView {
	readonly promptId: string;
	/** Key of the lane. */
	readonly lane: string;
	/** Newest first, one for each two models. */
	readonly maps: readonly ShownMap[];
	/** Checkpoints whose host can score, the answer's own model first. */
	readonly policies: readonly MapModel[];
	/** By the `ref` of a policy: what it can be held against, the best choice first. */
	readonly references: Readonly<Record<string, readonly MapModel[]>>;
	/** Answers of the whole comparison that can be scored. */
	readonly answers: number;
	/** What is being done before a run is on record. */
	readonly starting?: string;
}

export interface LaneRequest {
	readonly promptId: string;
	readonly lane: string;
}

export interface StartMapRequest extends LaneRequest {
	readonly policy: string;
	readonly reference: string;
	/** Every answer of the comparison, not only this one. */
	readonly all: boolean;
}

/** Part of what the host of a comparison's page does. Undefined where names are hidden. */
export type RewardMapRequests = {
	loadRewardMap: { params: LaneRequest; result: RewardMapView | undefined };
	/** Answers when the run is on record, or could not be begun, which the person has been told. */
	startRewardMap: { params: StartMapRequest; result: RewardMapView | undefined };
};
