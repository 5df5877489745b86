import type { JSX } from 'preact';
import { LineSample, RunSwatch } from './legend';
import { colorNames, colorOf, dashNames, runDash, slotColors, slotDashes } from './palette';

/** Colour and dash of a run's lines; each is a choice of one, by pointer and by arrow keys. */
export function LookChoice(props: {
	readonly slot: number;
	readonly onChange: (slot: number | undefined) => void;
}): JSX.Element {
	const color = props.slot % slotColors.length;
	const dash = Math.floor(props.slot / slotColors.length) % slotDashes.length;
	const choose = (nextColor: number, nextDash: number): void =>
		props.onChange(nextColor + slotColors.length * nextDash);
	return (
		<div class="look-choice">
			<fieldset class="look-row">
				<legend>Colour</legend>
				{slotColors.map((name, n) => (
					<label key={name} class="look" title={colorNames[name]}>
						<input
							type="radio"
							name="run-color"
							class="ws-visually-hidden"
							aria-label={colorNames[name]}
							checked={n === color}
							data-testid={`run-color-${n}`}
							onChange={() => choose(n, dash)}
						/>
						<RunSwatch slot={n + slotColors.length * dash} />
					</label>
				))}
			</fieldset>
			<fieldset class="look-row">
				<legend>Line</legend>
				{slotDashes.map((_, n) => (
					<label key={n} class="look" title={dashNames[n]}>
						<input
							type="radio"
							name="run-dash"
							class="ws-visually-hidden"
							aria-label={dashNames[n]}
							checked={n === dash}
							data-testid={`run-dash-${n}`}
							onChange={() => choose(color, n)}
						/>
						<LineSample color={colorOf(color)} dash={runDash(n * slotColors.length)} />
					</label>
				))}
			</fieldset>
			<button type="button" class="look-reset" onClick={() => props.onChange(undefined)}>
				Back to the automatic look
			</button>
		</div>
	);
}
