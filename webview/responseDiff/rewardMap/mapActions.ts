import { signal } from '@preact/signals';
import type { RewardMapView, StartMapRequest } from '../../../src/protocol/rewardMap';
import { host } from '../actions';
import { mapPlace, pointedLane, view } from '../state';

/** What is known of reward maps of the lane that shows one. */
export const mapView = signal<RewardMapView | undefined>(undefined);
/** Run whose map is shown, of several; the newest where it is undefined. */
export const chosenMap = signal<string | undefined>(undefined);
/** The form for another map is open, though there is one. */
export const isAsking = signal(false);
/** Figures are β times the log-ratio, where that is a reward. */
export const timesBeta = signal(false);

/** Shows the map of a lane in the place of its text, or the text again. */
export function toggleMap(place: number): void {
	mapPlace.value = mapPlace.value === place ? undefined : place;
	chosenMap.value = undefined;
	isAsking.value = false;
}

export function toggleMapOfPointed(): void {
	const lanes = view.value?.lanes ?? [];
	const pointed = lanes.findIndex(lane => lane.key === pointedLane.value);
	const place = pointed >= 0 ? pointed : (mapPlace.value ?? 0);
	if (lanes[place]?.model !== undefined && lanes[place].text !== undefined) {
		toggleMap(place);
	}
}

/** A lane's map as it is now; an answer that came too late, for another lane, is left. */
export async function loadMap(promptId: string, lane: string): Promise<void> {
	const loaded = await host.request('loadRewardMap', { promptId, lane });
	const place = mapPlace.value;
	const shown = place === undefined ? undefined : view.value?.lanes[place];
	if (view.value?.id === promptId && shown?.key === lane) {
		mapView.value = loaded;
	}
}

export async function startMap(request: StartMapRequest): Promise<void> {
	isAsking.value = false;
	chosenMap.value = undefined;
	const before = mapView.value;
	if (before) {
		mapView.value = { ...before, starting: 'Starting' };
	}
	await host.request('startRewardMap', request);
	await loadMap(request.promptId, request.lane);
}

export function stopMap(runId?: string): void {
	host.notify('rewardMapStopAsked', runId === undefined ? {} : { runId });
}

export const showRunLog = (runId: string): void => host.notify('runAsked', { runId });
