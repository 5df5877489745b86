import type { JSX } from 'preact';
import type { PromptView } from '../../src/protocol/responseDiff';
import { Tag } from '../shared/components/tag';
import { visibleText } from './visibleText';

/** The whole prompt: every turn, and the reference answer folded away. */
export function PromptTurns(props: { readonly view: PromptView }): JSX.Element {
	const { view } = props;
	return (
		<section class="rd-prompt" aria-label="Prompt" data-testid="prompt-turns" tabIndex={0}>
			{view.messages.map((message, i) => (
				<div key={i} class={`rd-turn rd-turn-${message.role === 'user' ? 'user' : 'other'}`}>
					<span class="rd-role ws-muted">{message.role}</span>
					<div class="rd-turn-text" dir="auto">
						{visibleText(message.content)}
					</div>
				</div>
			))}
			{(view.tags.length > 0 || view.reference !== undefined) && (
				<div class="rd-prompt-foot">
					{view.tags.map(tag => (
						<Tag key={tag}>{tag}</Tag>
					))}
					{view.reference !== undefined && (
						<details class="rd-reference">
							<summary>Reference answer</summary>
							<div class="rd-turn-text" dir="auto">
								{visibleText(view.reference)}
							</div>
						</details>
					)}
				</div>
			)}
		</section>
	);
}
