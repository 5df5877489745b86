import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import type { DatasetPageModel } from './pageModel';

/** How the row is drawn: toggles that stay as they are set, in every dataset. */
export function ReadingButtons(props: {
	readonly model: DatasetPageModel;
	readonly isPair: boolean;
}): JSX.Element {
	const { reading } = props.model;
	return (
		<>
			{props.isPair && (
				<Button
					appearance="icon"
					label="Mark the words in which the replies differ (W)"
					testId="toggle-marks"
					pressed={reading.marksWords.value}
					onClick={() => reading.toggleMarks()}
				>
					<Icon name="diff" />
				</Button>
			)}
			<Button
				appearance="icon"
				label="Draw Markdown as it is meant; off: as it is written (V)"
				testId="toggle-rendered"
				pressed={reading.isRendered.value}
				onClick={() => reading.toggleRendered()}
			>
				<Icon name="rendered" />
			</Button>
		</>
	);
}
