import type { JSX } from 'preact';
import type { Panel } from '../../../src/core/metrics/panels';
import { PopoverAction } from '../../shared/components/popover';
import type { ExportActions } from './exportActions';

/** What can be taken away of one panel; entries of its menu. */
export function PanelExports(props: {
	readonly panel: Panel;
	readonly exports: ExportActions;
	/** The element that stands in the panel, whose width the picture gets. */
	readonly within: HTMLElement;
	readonly onDone: () => void;
}): JSX.Element {
	const { panel, exports, within, onDone } = props;
	const then = (work: () => unknown) => () => {
		onDone();
		work();
	};
	const width = within.closest('.panel')?.clientWidth ?? 0;
	return (
		<>
			<PopoverAction testId="panel-png" onClick={then(() => exports.savePicture(panel, width))}>
				Save as PNG…
			</PopoverAction>
			<PopoverAction testId="panel-svg" onClick={then(() => exports.exportPanel(panel, 'svg'))}>
				Save as SVG…
			</PopoverAction>
			<PopoverAction testId="panel-csv" onClick={then(() => exports.exportPanel(panel, 'csv'))}>
				Save All Values as CSV…
			</PopoverAction>
			<PopoverAction
				testId="panel-markdown"
				onClick={then(() => exports.exportPanel(panel, 'markdown'))}
			>
				Copy Newest Values as Markdown
			</PopoverAction>
			<hr class="ws-popover-rule" />
		</>
	);
}
