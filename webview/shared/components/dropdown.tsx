import {
	provideVSCodeDesignSystem,
	vsCodeDropdown,
	vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { h, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

provideVSCodeDesignSystem().register(vsCodeDropdown(), vsCodeOption());

export interface DropdownProps {
	readonly value: string;
	readonly options: readonly { readonly value: string; readonly text: string }[];
	readonly onChange: (value: string) => void;
	readonly label: string;
	readonly disabled?: boolean;
	readonly testId?: string;
	readonly class?: string;
}

export function Dropdown(props: DropdownProps): JSX.Element {
	const element = useRef<HTMLSelectElement>(null);
	const keys = props.options.map(option => option.value).join('\n');
	useEffect(() => {
		// The element learns its options one task after they are slotted; a value set earlier is lost.
		const timer = setTimeout(() => {
			if (element.current && element.current.value !== props.value) {
				element.current.value = props.value;
			}
		});
		return () => clearTimeout(timer);
	}, [props.value, keys]);
	const texts = props.options.map(option => option.text).join('\n');
	useEffect(() => {
		// It shows a copy of the chosen option's text, which it takes anew only when it is told to.
		element.current?.dispatchEvent(new Event('contentchange'));
	}, [texts]);
	return h(
		'vscode-dropdown',
		{
			ref: element,
			disabled: props.disabled ?? false,
			ariaLabel: props.label,
			title: props.label,
			class: `ws-dropdown ${props.class ?? ''}`,
			'data-testid': props.testId,
			onChange: (event: Event) => {
				const value = (event.currentTarget as HTMLSelectElement).value;
				if (value !== props.value) {
					props.onChange(value);
				}
			},
		},
		props.options.map(option =>
			h('vscode-option', { key: option.value, value: option.value }, option.text),
		),
	);
}
