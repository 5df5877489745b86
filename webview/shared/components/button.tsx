import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeButton());

export interface ButtonProps {
	readonly children: ComponentChildren;
	readonly onClick: (event: MouseEvent) => void;
	/** `icon` has no frame; give it a `label`, for its content is a picture. */
	readonly appearance?: 'primary' | 'secondary' | 'icon';
	readonly disabled?: boolean;
	/** Name for screen readers and the tooltip. */
	readonly label?: string;
	/** Makes it a toggle and says which way it stands. */
	readonly pressed?: boolean;
	readonly testId?: string;
	readonly class?: string;
}

export function Button(props: ButtonProps): JSX.Element {
	return h(
		'vscode-button',
		{
			appearance: props.appearance ?? 'secondary',
			disabled: props.disabled ?? false,
			title: props.label,
			// The attribute, which stands at once: as a property it came after `appearance`, for which the
			// toolkit had by then named every picture “Icon Button”.
			'aria-label': props.label,
			ariaPressed: props.pressed === undefined ? null : String(props.pressed),
			class: `ws-button${props.pressed === true ? ' ws-pressed' : ''} ${props.class ?? ''}`,
			'data-testid': props.testId,
			onClick: props.onClick,
		},
		props.children,
	);
}
