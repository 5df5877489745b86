import { provideVSCodeDesignSystem, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import { h, type JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeProgressRing());

export function ProgressRing(props: { readonly label: string }): JSX.Element {
	return h('vscode-progress-ring', {
		class: 'ws-progress-ring',
		ariaLabel: props.label,
		title: props.label,
	});
}
