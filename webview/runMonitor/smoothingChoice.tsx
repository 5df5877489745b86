import type { JSX } from 'preact';
import { Dropdown } from '../shared/components/dropdown';
import { meanPoints, type MonitorState } from './state';
import type { ViewState } from './viewState';

const kinds: readonly { readonly value: ViewState['smoothingKind']; readonly text: string }[] = [
	{ value: 'ema', text: 'EMA' },
	{ value: 'timeWeighted', text: 'EMA by distance' },
	{ value: 'mean', text: 'Centred mean' },
];

/** Which average is drawn over the logged values, and how strong it is. */
export function SmoothingChoice({ state }: { readonly state: MonitorState }): JSX.Element {
	const { smoothing, smoothingKind } = state.view.value;
	const words = strengthWords(smoothing, smoothingKind);
	return (
		<span class="choice">
			<span class="choice-name" aria-hidden="true">
				Smoothing
			</span>
			<Dropdown
				value={smoothingKind}
				options={kinds}
				label="Kind of smoothing"
				testId="smoothing-kind"
				onChange={kind => state.change({ smoothingKind: kind as ViewState['smoothingKind'] })}
			/>
			<input
				type="range"
				min="0"
				max="0.99"
				step="0.01"
				value={smoothing}
				aria-label="Strength of smoothing"
				aria-valuetext={words}
				data-testid="smoothing"
				onInput={event => state.change({ smoothing: Number(event.currentTarget.value) })}
			/>
			<span class="number smoothing-value" aria-hidden="true">
				{words}
			</span>
		</span>
	);
}

function strengthWords(strength: number, kind: ViewState['smoothingKind']): string {
	if (strength === 0) {
		return 'off';
	}
	return kind === 'mean' ? `${meanPoints(strength)} points` : strength.toFixed(2);
}
