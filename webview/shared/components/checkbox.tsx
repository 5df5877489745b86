import { provideVSCodeDesignSystem, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeCheckbox());

export interface CheckboxProps {
	readonly checked: boolean;
	readonly onChange: (checked: boolean) => void;
	readonly children: ComponentChildren;
	readonly disabled?: boolean;
	readonly testId?: string;
}

export function Checkbox(props: CheckboxProps): JSX.Element {
	return h(
		'vscode-checkbox',
		{
			checked: props.checked,
			disabled: props.disabled ?? false,
			class: 'ws-checkbox',
			'data-testid': props.testId,
			onChange: (event: Event) => {
				const checked = (event.currentTarget as HTMLInputElement).checked;
				// The element also reports the value that it was just given.
				if (checked !== props.checked) {
					props.onChange(checked);
				}
			},
		},
		props.children,
	);
}
