import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RewardMapView } from '../../../src/protocol/rewardMap';
import { Button } from '../../shared/components/button';
import { Dropdown } from '../../shared/components/dropdown';
import { isAsking, startMap } from './mapActions';

/** Asks which two models are to score, and whether this answer or all. */
export function MapForm({ known }: { readonly known: RewardMapView }): JSX.Element {
	const { policies, references, answers, promptId, lane } = known;
	const [policy, setPolicy] = useState(policies[0]?.ref ?? '');
	const [against, setAgainst] = useState<string | undefined>(undefined);
	const choices = references[policy] ?? [];
	const reference = choices.find(({ ref }) => ref === against)?.ref ?? choices[0]?.ref ?? '';
	if (policies.length === 0) {
		return (
			<div class="rd-map-state" data-testid="map-none">
				<p>
					A reward map needs a checkpoint of a run that this folder knows, and this comparison has
					none.
				</p>
			</div>
		);
	}
	const start = (all: boolean): void => void startMap({ promptId, lane, policy, reference, all });
	return (
		<div class="rd-map-state" data-testid="map-form">
			<p>What did training change in this answer? Two models score each of its tokens.</p>
			<div class="rd-picker">
				<span class="ws-muted">Score by</span>
				<Dropdown
					value={policy}
					options={policies.map(({ ref, label }) => ({ value: ref, text: label }))}
					label="The checkpoint that scores"
					testId="map-policy"
					onChange={setPolicy}
				/>
			</div>
			<div class="rd-picker">
				<span class="ws-muted">against</span>
				<Dropdown
					value={reference}
					options={choices.map(({ ref, label }) => ({ value: ref, text: label }))}
					label="The model that it is held against"
					testId="map-reference"
					onChange={setAgainst}
				/>
			</div>
			<div class="rd-map-buttons">
				<Button appearance="primary" testId="map-start" onClick={() => start(false)}>
					Score This Answer
				</Button>
				<Button testId="map-start-all" onClick={() => start(true)}>
					Score All {answers.toLocaleString('en')}
				</Button>
				{isAsking.value && <Button onClick={() => (isAsking.value = false)}>Back</Button>}
			</div>
			<p class="ws-muted">It runs on the checkpoint’s host, as a run of its own.</p>
		</div>
	);
}
