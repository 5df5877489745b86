import { provideVSCodeDesignSystem, vsCodeTextField } from '@vscode/webview-ui-toolkit';
import { h, type JSX } from 'preact';
import { keepToField } from '../fieldKeys';

provideVSCodeDesignSystem().register(vsCodeTextField());

export interface TextFieldProps {
	readonly value: string;
	readonly onInput: (value: string) => void;
	readonly onKeyDown?: (event: KeyboardEvent) => void;
	/** Name for screen readers; a placeholder is not one. */
	readonly label: string;
	readonly placeholder?: string;
	readonly disabled?: boolean;
	readonly testId?: string;
	readonly class?: string;
}

/** A one-line field. In tests the field that takes keys is `[data-testid=…] input`. */
export function TextField(props: TextFieldProps): JSX.Element {
	return h('vscode-text-field', {
		value: props.value,
		placeholder: props.placeholder ?? '',
		disabled: props.disabled ?? false,
		// The attribute: as a property it came too late, and the toolkit named every field “Text field”.
		'aria-label': props.label,
		title: props.label,
		class: `ws-text-field ${props.class ?? ''}`,
		'data-testid': props.testId,
		onInput: (event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value),
		onKeyDown: (event: KeyboardEvent) => {
			keepToField(event);
			props.onKeyDown?.(event);
		},
	});
}
