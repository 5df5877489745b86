import type { JSX } from 'preact';

/** A choice that reads like the text around it, until it is pointed at or has the focus. */
export function InlineSelect(props: {
	readonly value: string;
	readonly options: readonly string[];
	readonly onChange: (value: string) => void;
	readonly label: string;
	readonly testId?: string;
	readonly class?: string;
}): JSX.Element {
	return (
		<select
			class={`ws-inline-select ${props.class ?? ''}`}
			aria-label={props.label}
			title={props.label}
			data-testid={props.testId}
			value={props.value}
			onChange={event => props.onChange(event.currentTarget.value)}
			onKeyDown={event => event.stopPropagation()}
		>
			{props.options.map(option => (
				<option key={option} value={option}>
					{option}
				</option>
			))}
		</select>
	);
}
