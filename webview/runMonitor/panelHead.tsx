import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Panel } from '../../src/core/metrics/panels';
import { Icon } from '../shared/components/icon';
import { Popover, PopoverAction } from '../shared/components/popover';
import type { ExportActions } from './export/exportActions';
import { PanelExports } from './export/panelExports';
import { toggled } from './pageView';
import type { MonitorState } from './state';

/** The title of a panel, how much of it is drawn, and what can be done with it. */
export function PanelHead(props: {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly exports: ExportActions;
	readonly titleId: string;
	/** Such as “600 of 12,000 points”. */
	readonly count: string;
}): JSX.Element {
	const { state, panel, titleId } = props;
	const { pinnedPanels, tablePanels } = state.view.value;
	const isTable = tablePanels.includes(panel.id);
	const isPinned = pinnedPanels.includes(panel.id);
	return (
		<header class="panel-head">
			<h3 id={titleId} title={panel.lines.map(line => line.metric).join(', ')}>
				{panel.title}
				{panel.unit !== undefined && <span class="unit"> {panel.unit}</span>}
				{isPinned && (
					<span class="panel-sign" title="Pinned">
						<Icon name="pin" />
					</span>
				)}
			</h3>
			<span class="count" data-testid={`panel-count-${panel.id}`}>
				{props.count}
			</span>
			<span class="panel-actions">
				<button
					type="button"
					class="ws-icon-button ws-marked"
					aria-pressed={isTable}
					aria-label={`${panel.title} as a table`}
					title={isTable ? 'Show the chart' : 'Show the values as a table'}
					data-testid={`panel-table-toggle-${panel.id}`}
					onClick={() => state.change({ tablePanels: toggled(tablePanels, panel.id) })}
				>
					<Icon name="table" />
				</button>
				<button
					type="button"
					class="ws-icon-button ws-marked"
					aria-pressed={isPinned}
					aria-label={`Pin ${panel.title}`}
					title={isPinned ? 'Unpin' : 'Pin to the top'}
					data-testid={`panel-pin-${panel.id}`}
					onClick={() => state.change({ pinnedPanels: toggled(pinnedPanels, panel.id) })}
				>
					<Icon name="pin" />
				</button>
				<MoreButton state={state} panel={panel} exports={props.exports} />
			</span>
		</header>
	);
}

function MoreButton(props: {
	readonly state: MonitorState;
	readonly panel: Panel;
	readonly exports: ExportActions;
}): JSX.Element {
	const { state, panel } = props;
	const [isOpen, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	const { hiddenPanels, pinnedPanels } = state.view.value;
	return (
		<>
			<button
				type="button"
				ref={button}
				class="ws-icon-button"
				aria-label={`More of ${panel.title}`}
				title="More…"
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				data-testid={`panel-more-${panel.id}`}
				onClick={() => setOpen(!isOpen)}
			>
				<Icon name="more" />
			</button>
			{isOpen && button.current && (
				<Popover anchor={button.current} label={panel.title} onClose={() => setOpen(false)}>
					<div class="ws-popover-actions">
						<PanelExports
							panel={panel}
							exports={props.exports}
							within={button.current}
							onDone={() => setOpen(false)}
						/>
						<PopoverAction
							testId="panel-hide"
							onClick={() =>
								state.change({
									hiddenPanels: toggled(hiddenPanels, panel.id),
									pinnedPanels: pinnedPanels.filter(id => id !== panel.id),
								})
							}
						>
							Hide This Panel
						</PopoverAction>
					</div>
				</Popover>
			)}
		</>
	);
}
