import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** What a healthy curve looks like: one line, which opens to the whole sentence when clicked. */
export function HealthyNote(props: {
	readonly text: string;
	readonly testId: string;
}): JSX.Element | null {
	const [isOpen, setOpen] = useState(false);
	return props.text === '' ? null : (
		<button
			type="button"
			class={`healthy ${isOpen ? 'healthy-open' : ''}`}
			title={isOpen ? undefined : props.text}
			data-testid={props.testId}
			onClick={() => setOpen(!isOpen)}
		>
			<span class="ws-visually-hidden">Healthy: </span>
			{props.text}
		</button>
	);
}
