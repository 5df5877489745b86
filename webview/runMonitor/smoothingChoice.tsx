import type { JSX } from 'preact';
import { Dropdown } from '../shared/components/dropdown';
import { panelKey } from '../../src/core/metrics/panels';
import { meanPoints, withKind } from './smoothingStrength';
import type { MonitorState } from './state';
import type { SmoothingKind } from './viewState';

const kinds: readonly { readonly value: SmoothingKind; readonly text: string }[] = [
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
				onChange={kind =>
					state.change(withKind(state.view.value, kind as SmoothingKind, shortestRun(state)))
				}
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

/** Points of the shortest line of the first chart, such as the loss. */
function shortestRun(state: MonitorState): number | undefined {
	const [first] = state.panels.value;
	const lines = first === undefined ? [] : (state.drawingOf(panelKey(first)).value?.lines ?? []);
	return lines.length === 0 ? undefined : Math.min(...lines.map(({ facts }) => facts.points));
}

function strengthWords(strength: number, kind: SmoothingKind): string {
	if (strength === 0) {
		return 'off';
	}
	return kind === 'mean' ? `${meanPoints(strength)} points` : strength.toFixed(2);
}
