import type { JSX, TargetedKeyboardEvent } from 'preact';
import type {
	BehaviourReport,
	SaidPhrase,
} from '../../src/core/responses/behaviour/behaviourReport';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { findPhrase } from './sourcesActions';
import { isListed, toggleBar } from './behaviourActions';
import { barRows, type Bar } from './behaviourWords';
import { visibleText } from './visibleText';

/** A row for each trait and a column for each model, as the lanes stand. */
export function BehaviourTable({ report }: { readonly report: BehaviourReport }): JSX.Element {
	const { models, reference } = report;
	const rows = barRows(models, reference);
	const says = models.some(model => model.says.length > 0);
	return (
		<table data-testid="behaviour-table" onKeyDown={moveByArrow}>
			<thead>
				<tr>
					<th scope="col">
						<span class="ws-visually-hidden">Trait</span>
					</th>
					{models.map(({ label, answers }, place) => (
						<th key={label} scope="col" class={`rd-hue-${place + 1}`} title={label}>
							<span class="rd-behaviour-model">
								<span class="rd-lane-number">{place + 1}</span>
								<span class="rd-lane-name">{label}</span>
							</span>
							<span class="ws-muted">
								{label === reference ? 'reference' : `${answers} answers`}
							</span>
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{rows.map(({ id, name, bars }) => (
					<tr key={id}>
						<th scope="row">{name}</th>
						{bars.map((bar, place) => (
							<td key={place} class={`rd-hue-${place + 1}`}>
								{bar ? (
									<BarButton bar={bar} testId={`bar-${id}-${place + 1}`} />
								) : (
									<span class="ws-muted">no answer</span>
								)}
							</td>
						))}
					</tr>
				))}
				{says && (
					<tr>
						<th scope="row" title="Clearest first; answers that have it, here and in the reference">
							Says more often
						</th>
						{models.map(model => (
							<td key={model.label} class="rd-behaviour-says">
								{model.says.length === 0 ? (
									<span class="ws-muted">{model.label === reference ? '' : 'nothing clear'}</span>
								) : (
									model.says.map((said, i) => (
										<PhraseButton
											key={said.phrase}
											said={said}
											label={model.label}
											testId={`says-${models.indexOf(model) + 1}-${i}`}
										/>
									))
								)}
							</td>
						))}
					</tr>
				)}
			</tbody>
		</table>
	);
}

function BarButton({ bar, testId }: { readonly bar: Bar; readonly testId: string }): JSX.Element {
	const { key, chip, promptIds, interval, value, isClear } = bar;
	return (
		<button
			type="button"
			class="rd-bar"
			aria-pressed={isListed(key)}
			// What stands on it first, as voice control goes by that.
			aria-label={`${bar.figure} ${bar.shift ?? ''}. ${bar.words}`}
			title={bar.words}
			data-testid={testId}
			onClick={() => toggleBar({ key, words: chip, promptIds: new Set(promptIds) })}
		>
			<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
				<rect class="rd-bar-value" x="0" y="1" width={value * 100} height="6" />
				<line
					class="rd-bar-interval"
					x1={interval.low * 100}
					x2={interval.high * 100}
					y1="4"
					y2="4"
				/>
			</svg>
			<span class="rd-bar-figure">{bar.figure}</span>
			<span class={isClear ? 'rd-bar-clear' : 'ws-muted'}>{bar.shift ?? ''}</span>
		</button>
	);
}

function PhraseButton(props: {
	readonly said: SaidPhrase;
	readonly label: string;
	readonly testId: string;
}): JSX.Element {
	const { said, label, testId } = props;
	const { phrase, answers, referenceAnswers, promptIds } = said;
	const isStart = phrase.startsWith('^');
	const shown = visibleText(isStart ? `${phrase.slice(1).trim()} …` : phrase);
	const key = `${label}\nsays ${phrase}`;
	const words = `${label} ${isStart ? 'begins with' : 'says'} “${shown}” in ${answers} answers, the reference in ${referenceAnswers}. Lists these prompts.`;
	return (
		<span class="rd-said">
			<button
				type="button"
				class="rd-phrase"
				aria-pressed={isListed(key)}
				aria-label={`“${shown}” ${answers} : ${referenceAnswers}. ${words}`}
				title={words}
				data-testid={testId}
				onClick={() =>
					toggleBar({
						key,
						words: `${label} ${isStart ? 'begins' : 'says'} “${shown}”`,
						promptIds: new Set(promptIds),
					})
				}
			>
				<span dir="auto">“{shown}”</span>
				<span class="ws-muted">
					{answers} : {referenceAnswers}
				</span>
			</button>
			<Button
				appearance="icon"
				label={`Find the training rows nearest to “${shown}”`}
				testId={`${testId}-sources`}
				onClick={() => findPhrase(label, phrase.replace(/^\^/, '').trim())}
			>
				<Icon name="search" />
			</Button>
		</span>
	);
}

/** Arrows go from bar to bar, as in a grid of VS Code; elsewhere they go from prompt to prompt. */
function moveByArrow(event: TargetedKeyboardEvent<HTMLTableElement>): void {
	const from = event.target instanceof Element ? event.target.closest('button') : null;
	const cell = from?.closest('td');
	const row = cell?.closest('tr');
	if (!from || !cell || !row || event.ctrlKey || event.metaKey || event.altKey) {
		return;
	}
	const sideways = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
	const down = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
	if (sideways === 0 && down === 0) {
		return;
	}
	const own = [...cell.querySelectorAll('button')];
	const rows = [...event.currentTarget.querySelectorAll('tbody tr')];
	const nextCell =
		sideways === 0
			? rows[rows.indexOf(row) + down]?.children[cell.cellIndex]
			: row.children[cell.cellIndex + sideways];
	const buttons = [...(nextCell?.querySelectorAll('button') ?? [])];
	const next = down === 0 ? buttons[own.indexOf(from)] : own[own.indexOf(from) + down];
	(next ?? (down < 0 ? buttons.at(-1) : buttons[0]))?.focus();
	event.preventDefault();
}
