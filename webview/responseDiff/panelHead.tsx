import type { ComponentChildren, JSX } from 'preact';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';

/** The first line of a panel beneath the answers, with what closes it at its end. */
export function PanelHead(props: {
	readonly closeLabel: string;
	readonly closeTestId: string;
	readonly onClose: () => void;
	readonly children: ComponentChildren;
}): JSX.Element {
	return (
		<div class="rd-sources-head">
			{props.children}
			<span class="rd-behaviour-close">
				<Button
					appearance="icon"
					label={props.closeLabel}
					testId={props.closeTestId}
					onClick={() => props.onClose()}
				>
					<Icon name="drop" />
				</Button>
			</span>
		</div>
	);
}
