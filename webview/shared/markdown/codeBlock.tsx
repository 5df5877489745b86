import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button';
import { Icon } from '../components/icon';

/** Milliseconds for which a button says that it has copied. */
const thanks = 1_500;

/** Code in the editor's font, with a button that copies it. Long lines scroll. */
export function CodeBlock(props: {
	readonly text: string;
	/** As the fence names it; empty when it does not. */
	readonly language: string;
	/** The code as it is shown; the text alone when absent. */
	readonly children?: ComponentChildren;
}): JSX.Element {
	const { text, language } = props;
	return (
		<figure class="ws-code" aria-label={language === '' ? 'Code' : `Code, ${language}`}>
			<figcaption class="ws-code-bar">
				<span class="ws-muted">{language}</span>
				<CopyButton text={text} />
			</figcaption>
			<pre tabIndex={0}>{props.children ?? text}</pre>
		</figure>
	);
}

function CopyButton({ text }: { readonly text: string }): JSX.Element {
	const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
	useEffect(() => {
		const timer = state === 'ready' ? undefined : setTimeout(() => setState('ready'), thanks);
		return () => clearTimeout(timer);
	}, [state]);
	const copy = async (): Promise<void> => {
		try {
			await navigator.clipboard.writeText(text);
			setState('copied');
		} catch {
			// The browser may refuse; the text can still be selected.
			setState('failed');
		}
	};
	const label = { ready: 'Copy code', copied: 'Copied', failed: 'Copying was refused' }[state];
	return (
		<Button appearance="icon" label={label} testId="copy-code" onClick={() => void copy()}>
			<Icon name={state === 'copied' ? 'keep' : state === 'failed' ? 'drop' : 'copy'} />
		</Button>
	);
}
