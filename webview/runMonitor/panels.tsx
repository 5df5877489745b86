import { Fragment, type JSX } from 'preact';
import type { ReadonlySignal } from '@preact/signals';
import { speedGroup, type Panel } from '../../src/core/metrics/panels';
import type { Actions } from './actions';
import { Icon } from '../shared/components/icon';
import { PagedGrid } from './pagedGrid';
import { withScores, type PanelGroup, type PanelSelection } from './panelSelection';
import { PanelView } from './panelView';
import { toggled } from './pageView';
import type { MonitorState } from './state';

/** Up to so many panels of unknown metrics are open at first; more would bury what matters. */
const openAtFirst = 24;

/** All charts: pinned ones, those known for the method, then the rest under their headings. */
export function Panels(props: {
	readonly state: MonitorState;
	readonly actions: Actions;
	readonly theme: ReadonlySignal<number>;
	readonly selection: PanelSelection;
}): JSX.Element {
	const { state, theme, selection } = props;
	const { metricSearch } = state.view.value;
	const first = selection.groups.find(group => group.heading === '')?.panels ?? [];
	const { beneath, others: main } = withScores(selection.pinned, first);
	const view = (panel: Panel): JSX.Element => (
		<PanelView
			key={panel.lines[0]?.metric}
			state={state}
			actions={props.actions}
			panel={panel}
			scores={beneath.get(panel.id) ?? []}
			themeVersion={theme.value}
		/>
	);
	const grouped = selection.groups.filter(group => group.heading !== '');
	const count = grouped.reduce((total, group) => total + group.panels.length, 0);
	const isOpenAtFirst = ({ heading, panels }: PanelGroup): boolean =>
		metricSearch !== '' ||
		(main.length === 0 && panels === grouped[0]?.panels) ||
		(count <= openAtFirst && heading !== speedGroup);
	return (
		<div class="panels" data-testid="panels">
			<PagedGrid panels={[...selection.pinned, ...main]} view={view} />
			{grouped.map((group, n) => (
				<Group
					key={group.heading}
					state={state}
					group={group}
					isOpenAtFirst={isOpenAtFirst(group)}
					before={grouped
						.slice(0, n)
						.reduce((total, { panels }) => total + panels.length, main.length)}
					view={view}
				/>
			))}
			{selection.found === 0 && metricSearch !== '' && (
				<p class="ws-muted panels-none">No metric matches “{metricSearch}”.</p>
			)}
			<HiddenPanels state={state} panels={selection.hidden} />
		</div>
	);
}

function Group(props: {
	readonly state: MonitorState;
	readonly group: PanelGroup;
	readonly isOpenAtFirst: boolean;
	/** Panels before it. */
	readonly before: number;
	readonly view: (panel: Panel) => JSX.Element;
}): JSX.Element {
	const { state, group } = props;
	const { groups } = state.view.value;
	const isOpen = Object.hasOwn(groups, group.heading)
		? groups[group.heading] === true
		: props.isOpenAtFirst;
	return (
		<details
			class="group"
			open={isOpen}
			data-testid={`group-${group.heading}`}
			onToggle={event => {
				const { open } = event.currentTarget;
				if (open !== isOpen) {
					state.change({ groups: { ...groups, [group.heading]: open } });
				}
			}}
		>
			<summary>
				<span class="group-name">{group.heading}</span>{' '}
				<span class="ws-muted">{group.panels.length}</span>
			</summary>
			{isOpen && <PagedGrid panels={group.panels} view={props.view} before={props.before} />}
		</details>
	);
}

/** At the end, so that what was hidden is not lost. */
function HiddenPanels(props: {
	readonly state: MonitorState;
	readonly panels: readonly Panel[];
}): JSX.Element | null {
	const { state, panels } = props;
	if (panels.length === 0) {
		return null;
	}
	return (
		<div class="hidden-panels" data-testid="hidden-panels">
			<span class="ws-muted">Hidden:</span>
			{panels.map(panel => (
				<Fragment key={panel.id}>
					<button
						type="button"
						class="hidden-panel"
						title={`Show ${panel.title}`}
						onClick={() =>
							state.change({
								hiddenPanels: toggled(state.view.value.hiddenPanels, panel.id),
							})
						}
					>
						<Icon name="rendered" />
						{panel.title}
					</button>
				</Fragment>
			))}
			{panels.length > 1 && (
				<button
					type="button"
					class="hidden-panel"
					onClick={() => state.change({ hiddenPanels: [] })}
				>
					Show All
				</button>
			)}
		</div>
	);
}
