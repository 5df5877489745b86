import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Checkbox } from '../shared/components/checkbox';
import { Icon } from '../shared/components/icon';
import { Popover } from '../shared/components/popover';
import type { MonitorState } from './state';
import type { ViewState } from './viewState';

type Choice = 'logarithmic' | 'fitVisible' | 'clipOutliers';

const choices: readonly {
	readonly choice: Choice;
	readonly text: string;
	readonly testId: string;
}[] = [
	{ choice: 'logarithmic', text: 'Logarithmic', testId: 'log-y' },
	{ choice: 'fitVisible', text: 'Fit to the part that is shown', testId: 'fit-y' },
	{ choice: 'clipOutliers', text: 'Clip outliers, and count them', testId: 'clip-y' },
];

/** How the value axes of all charts are made. */
export function ValueAxisMenu({ state }: { readonly state: MonitorState }): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	const view = state.view.value;
	return (
		<>
			<button
				type="button"
				ref={button}
				class="ws-select-button"
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				data-testid="y-axis"
				onClick={() => setOpen(!isOpen)}
			>
				<span class="choice-name">Y</span>
				{wordsOf(view)}
				<Icon name="down" />
			</button>
			{isOpen && button.current && (
				<Popover anchor={button.current} label="Vertical axes" onClose={() => setOpen(false)}>
					<div class="menu-checks">
						{choices.map(({ choice, text, testId }) => (
							<Checkbox
								key={choice}
								checked={view[choice]}
								testId={testId}
								onChange={isOn => state.change({ [choice]: isOn })}
							>
								{text}
							</Checkbox>
						))}
					</div>
				</Popover>
			)}
		</>
	);
}

function wordsOf({ logarithmic, clipOutliers, fitVisible }: ViewState): string {
	return [
		logarithmic ? 'Log' : 'Linear',
		...(clipOutliers ? ['clipped'] : []),
		...(fitVisible ? [] : ['whole']),
	].join(', ');
}
