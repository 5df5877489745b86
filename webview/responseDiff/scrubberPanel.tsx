import type { ComponentChildren, JSX } from 'preact';
import type { CheckpointView } from '../../src/protocol/checkpointAnswers';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { ProgressRing } from '../shared/components/progressRing';
import { setBlind } from './actions';
import { LaneText } from './laneText';
import { PanelHead } from './panelHead';
import { scrub, scrubRun, toggleScrubber } from './scrubberActions';
import { scrubber, scrubberShown } from './scrubberState';
import { isRendered } from './state';

type ShownCheckpoint = Extract<CheckpointView, { kind: 'shown' }>;

/** A slider over the checkpoints of a run: what each answered, and what it changed. */
export function ScrubberPanel(): JSX.Element | null {
	return scrubberShown.value ? (
		<section class="rd-scrubber" aria-label="Checkpoints" data-testid="scrubber">
			<Shown view={scrubber.value} />
		</section>
	) : null;
}

function Shown({ view }: { readonly view: CheckpointView | undefined }): JSX.Element {
	switch (view?.kind) {
		case undefined:
			return (
				<Head>
					<ProgressRing label="Reading the checkpoints" />
				</Head>
			);
		case 'hidden':
			return (
				<Head>
					<span data-testid="scrubber-hidden">
						Names are hidden. Which answers are of one run would tell which is whose; vote first, or
						show the names.
					</span>
					<Button onClick={() => void setBlind(false)}>Show Names</Button>
				</Head>
			);
		case 'none':
			return (
				<Head>
					<span data-testid="scrubber-none">
						This comparison has several checkpoints of no run. Choose more than one of a run in New
						Comparison… to slide through them here.
					</span>
				</Head>
			);
		case 'shown':
			return <Checkpoint view={view} />;
	}
}

function Checkpoint({ view }: { readonly view: ShownCheckpoint }): JSX.Element {
	const { runs, run, steps, at, text } = view;
	const step = (steps[at] ?? 0).toLocaleString('en');
	const before = steps[at - 1]?.toLocaleString('en');
	return (
		<>
			<Head>
				<span class="rd-picker">
					<span class="ws-muted">Checkpoints of</span>
					{runs.length > 1 ? (
						<Dropdown
							value={run}
							options={runs.map(one => ({ value: one.run, text: one.name }))}
							label="Run whose checkpoints are shown"
							testId="scrubber-run"
							onChange={scrubRun}
						/>
					) : (
						<strong>{runs[0]?.name}</strong>
					)}
				</span>
				<input
					class="rd-scrubber-slider"
					type="range"
					min={0}
					max={steps.length - 1}
					step={1}
					value={at}
					aria-label="Checkpoint"
					aria-valuetext={`Step ${step}, ${at + 1} of ${steps.length}`}
					data-testid="scrubber-slider"
					onInput={event => void scrub({ at: event.currentTarget.valueAsNumber })}
				/>
				<span class="rd-scrubber-step" data-testid="scrubber-step">
					step {step}{' '}
					<span class="ws-muted">
						({at + 1} of {steps.length})
					</span>
				</span>
				<span class="ws-muted" role="status" data-testid="scrubber-words">
					{text === undefined
						? 'no answer yet'
						: before === undefined
							? 'the first of them'
							: view.isSame
								? `the same answer as at step ${before}`
								: `marked: what differs from step ${before}`}
				</span>
			</Head>
			<div class="rd-scrubber-text">
				{text !== undefined && (
					<LaneText
						text={text}
						marks={view.marks}
						hue={2}
						isReference={false}
						isRendered={isRendered.value}
						testId="scrubber-text"
						laneKey=""
					/>
				)}
			</div>
		</>
	);
}

function Head({ children }: { readonly children: ComponentChildren }): JSX.Element {
	return (
		<PanelHead
			closeLabel="Close Checkpoints (Escape)"
			closeTestId="scrubber-close"
			onClose={toggleScrubber}
		>
			{children}
		</PanelHead>
	);
}
