import { provideVSCodeDesignSystem, vsCodeTag } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeTag());

export interface TagProps {
	readonly children: ComponentChildren;
	readonly title?: string;
	readonly kind?: 'plain' | 'warning' | 'error';
	readonly testId?: string;
}

/** A small word in a frame, as the toolkit draws it, but in the case it is given. */
export function Tag(props: TagProps): JSX.Element {
	return h(
		'vscode-tag',
		{
			class: `ws-tag ws-tag-${props.kind ?? 'plain'}`,
			title: props.title,
			'data-testid': props.testId,
		},
		props.children,
	);
}
