import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../../shared/components/icon';
import { Popover, PopoverAction } from '../../shared/components/popover';
import type { RunsFormat } from '../../../src/protocol/runMonitorExport';
import type { ExportActions } from './exportActions';

const entries: readonly { readonly format: RunsFormat; readonly text: string }[] = [
	{ format: 'html', text: 'Report as HTML…' },
	{ format: 'csv', text: 'All Values as CSV…' },
	{ format: 'markdown', text: 'Results as Markdown…' },
	{ format: 'latex', text: 'Results as LaTeX…' },
];

/** What can be taken away of all runs that are shown. */
export function ExportMenu({ exports }: { readonly exports: ExportActions }): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	return (
		<>
			<button
				type="button"
				ref={button}
				class="ws-icon-button"
				aria-label="Export the runs that are shown"
				title="Export…"
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				data-testid="export-runs"
				onClick={() => setOpen(!isOpen)}
			>
				<Icon name="export" />
			</button>
			{isOpen && button.current && (
				<Popover anchor={button.current} label="Export" onClose={() => setOpen(false)}>
					<div class="ws-popover-actions">
						{entries.map(({ format, text }) => (
							<PopoverAction
								key={format}
								testId={`export-${format}`}
								onClick={() => {
									setOpen(false);
									exports.exportRuns(format);
								}}
							>
								{text}
							</PopoverAction>
						))}
					</div>
				</Popover>
			)}
		</>
	);
}
