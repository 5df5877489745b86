import type { JSX } from 'preact';
import { Button } from '../shared/components/button';
import { setPlan } from './actions';
import { nextLanes, nextLook, planWords } from './setWords';
import { overview } from './state';

/** What is settled before the first vote: how many prompts, and how many answers at once. */
export function SetBar(): JSX.Element | null {
	const current = overview.value;
	if (!current?.blind || current.set.started || current.prompts.length === 0) {
		return null;
	}
	const { set } = current;
	const { plan, prompts, pairable } = set;
	const look =
		plan.look === 'anytime'
			? 'End any time'
			: (plan.prompts ?? prompts) < prompts
				? `${plan.prompts} prompts`
				: `All ${prompts} prompts`;
	const repeats = current.prompts.length - prompts;
	return (
		<section class="rd-set" aria-label="Before the first vote" data-testid="set-bar">
			<p>
				<span data-testid="set-words">{planWords(set)}</span>
				{repeats > 0 && (
					<span class="ws-muted">
						{' '}
						About one prompt in twenty comes again, to see how steady votes are.
					</span>
				)}
			</p>
			<div class="rd-set-buttons">
				<Button
					testId="set-look"
					label={`${look} p: how many prompts, settled before the first vote (key p)`}
					onClick={() => void setPlan(nextLook(set))}
				>
					{look} <kbd>p</kbd>
				</Button>
				{pairable && (
					<Button
						testId="set-lanes"
						label={`${plan.lanes === 'pairs' ? 'Pairs' : 'All answers'} a: all answers at once, or two drawn for each prompt (key a)`}
						onClick={() => void setPlan(nextLanes(set))}
					>
						{plan.lanes === 'pairs' ? 'Two drawn for each prompt' : 'All answers at once'}{' '}
						<kbd>a</kbd>
					</Button>
				)}
			</div>
		</section>
	);
}
