import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { rewardMap } from '../../../src/core/responses/rewardMap/rewardMap';
import type { RewardMapView, ShownMap } from '../../../src/protocol/rewardMap';
import type { LaneView } from '../../../src/protocol/responseDiff';
import { Button } from '../../shared/components/button';
import { Checkbox } from '../../shared/components/checkbox';
import { Dropdown } from '../../shared/components/dropdown';
import { Icon } from '../../shared/components/icon';
import { ProgressRing } from '../../shared/components/progressRing';
import { mapPlace, mapsChanged, view } from '../state';
import {
	chosenMap,
	isAsking,
	loadMap,
	mapView,
	showRunLog,
	startMap,
	stopMap,
	timesBeta,
	toggleMap,
} from './mapActions';
import { MapForm } from './mapForm';
import { MapTables } from './mapTable';
import { MapTokens } from './mapTokens';
import { levels, meaningOf, signed } from './mapWords';

/** Shows what two models make of an answer, in the place of its text. */
export function MapToggle(props: {
	readonly lane: LaneView;
	readonly place: number;
}): JSX.Element | null {
	const { lane, place } = props;
	if (lane.model === undefined || lane.text === undefined) {
		return null;
	}
	const isShown = mapPlace.value === place;
	return (
		<Button
			appearance="icon"
			pressed={isShown}
			label={isShown ? 'Hide Reward Map (key i)' : 'Show Reward Map: token by token (key i)'}
			testId={`map-toggle-${place + 1}`}
			onClick={() => toggleMap(place)}
		>
			<Icon name="tokens" />
		</Button>
	);
}

/** The map of one lane; what is known of it is asked for anew for each answer. */
export function RewardMapLane({ lane }: { readonly lane: LaneView }): JSX.Element {
	const promptId = view.value?.id ?? '';
	const sample = lane.samples?.shown;
	const changes = mapsChanged.value;
	useEffect(() => void loadMap(promptId, lane.key), [promptId, lane.key, sample, changes]);
	const loaded = mapView.value;
	const known = loaded?.promptId === promptId && loaded.lane === lane.key ? loaded : undefined;
	if (!known) {
		return (
			<div class="rd-text rd-absent">
				<ProgressRing label="Reading the reward map" />
			</div>
		);
	}
	if (known.starting !== undefined) {
		return (
			<Waiting
				words={known.starting}
				onCancel={() => stopMap()}
				note="Cancelled now, nothing starts."
			/>
		);
	}
	const shown = known.maps.find(({ runId }) => runId === chosenMap.value) ?? known.maps[0];
	return shown === undefined || isAsking.value ? (
		<div class="rd-text rd-map-page">
			<MapForm key={lane.key} known={known} />
		</div>
	) : (
		<MapOf known={known} shown={shown} />
	);
}

function MapOf(props: { readonly known: RewardMapView; readonly shown: ShownMap }): JSX.Element {
	const { known, shown } = props;
	switch (shown.state) {
		case 'scored':
			return <Scored known={known} shown={shown} />;
		case 'scoring': {
			const { step = 0, maxSteps = 0 } = shown;
			const done = maxSteps > 1 ? `${step} of ${maxSteps} answers` : 'Scoring the answer';
			return (
				<Waiting
					words={`${done}${shown.message === '' ? '' : ` – ${shown.message}`}`}
					note="It goes on when this window is closed."
					onCancel={() => stopMap(shown.runId)}
				/>
			);
		}
		default:
			return <Failed known={known} shown={shown} />;
	}
}

function Waiting(props: {
	readonly words: string;
	readonly note: string;
	readonly onCancel: () => void;
}): JSX.Element {
	return (
		<div class="rd-text rd-map-page" role="status" data-testid="map-waiting">
			<div class="rd-map-state">
				<ProgressRing label="Scoring" />
				<p>{props.words}</p>
				<Button testId="map-cancel" onClick={props.onCancel}>
					Cancel
				</Button>
				<p class="ws-muted">{props.note}</p>
			</div>
		</div>
	);
}

const failedWords = {
	stopped: 'It was stopped before it came to this answer.',
	failed: 'It could not be scored',
	unscorable: 'This answer has no map',
};

function Failed(props: { readonly known: RewardMapView; readonly shown: ShownMap }): JSX.Element {
	const { known, shown } = props;
	const { promptId, lane } = known;
	const state = shown.state === 'stopped' || shown.state === 'unscorable' ? shown.state : 'failed';
	const reason = shown.message === '' || state === 'stopped' ? '' : `: ${shown.message}`;
	const policy = known.policies.find(({ ref }) => ref === shown.policy.ref)?.ref;
	const again = policy ?? known.policies[0]?.ref;
	return (
		<div class="rd-text rd-map-page">
			<div class="rd-map-state" role="alert" data-testid={`map-${state}`}>
				<p>
					{failedWords[state]}
					{reason}
				</p>
				<div class="rd-map-buttons">
					{again !== undefined && state !== 'unscorable' && (
						<Button
							appearance="primary"
							testId="map-again"
							onClick={() => {
								const own = known.references[again] ?? [];
								const reference =
									own.find(({ ref }) => ref === shown.reference.ref)?.ref ?? own[0]?.ref ?? '';
								void startMap({ promptId, lane, policy: again, reference, all: false });
							}}
						>
							Score Again
						</Button>
					)}
					<Button onClick={() => (isAsking.value = true)}>Other Models</Button>
					<Button onClick={() => showRunLog(shown.runId)}>Show Log</Button>
				</div>
			</div>
		</div>
	);
}

function Scored(props: { readonly known: RewardMapView; readonly shown: ShownMap }): JSX.Element {
	const { known, shown } = props;
	const { beta } = shown;
	const tokens = shown.tokens ?? [];
	const ending = shown.ending ?? tokens.length;
	const map = useMemo(
		() => rewardMap({ promptId: '', sample: 0, tokens, ending }),
		[tokens, ending],
	);
	const isReward = timesBeta.value && beta !== undefined;
	const factor = isReward ? beta : 1;
	const names = { policy: shown.policy.label, reference: shown.reference.label };
	const pairs = known.maps.map(({ runId, policy, reference }) => ({
		value: runId,
		text: `${policy.label} − ${reference.label}`,
	}));
	return (
		<div class="rd-map-body">
			<div class="rd-map-head">
				<p data-testid="map-meaning">{meaningOf(shown, isReward)}</p>
				<p>
					Sum <strong data-testid="map-sum">{signed(factor * map.sum)}</strong>
					<span class="ws-muted">
						{' '}
						± {(factor * map.noise.sum).toFixed(3)} when {names.policy} is scored again
					</span>
				</p>
				<div class="rd-map-choices">
					{pairs.length > 1 && (
						<Dropdown
							value={shown.runId}
							options={pairs}
							label="Which two models"
							testId="map-pair"
							onChange={runId => (chosenMap.value = runId)}
						/>
					)}
					{beta !== undefined && (
						<Checkbox
							checked={timesBeta.value}
							testId="map-beta"
							onChange={on => (timesBeta.value = on)}
						>
							× β {beta}
						</Checkbox>
					)}
					<Button testId="map-others" onClick={() => (isAsking.value = true)}>
						Other Models
					</Button>
				</div>
				<Legend names={names} />
			</div>
			<MapTokens tokens={tokens} map={map} names={names} factor={factor} testId="map-tokens" />
			<MapTables tokens={tokens} map={map} names={names} factor={factor} />
		</div>
	);
}

function Legend(props: {
	readonly names: { readonly policy: string; readonly reference: string };
}): JSX.Element {
	const strong = [...levels].map((level, i) => ({ level, class: i + 1 }));
	return (
		<p class="rd-map-legend ws-muted">
			<span title={`More likely for ${props.names.reference}`}>
				{strong.toReversed().map(one => (
					<span key={one.class} class={`rd-token rd-minus-${one.class}`}>
						−{one.level}
					</span>
				))}
			</span>
			<span>nats</span>
			<span title={`More likely for ${props.names.policy}`}>
				{strong.map(one => (
					<span key={one.class} class={`rd-token rd-plus-${one.class}`}>
						+{one.level}
					</span>
				))}
			</span>
		</p>
	);
}
