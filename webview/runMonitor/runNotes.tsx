import type { JSX } from 'preact';
import type { MonitoredRun } from '../../src/protocol/runMonitor';
import { skippedText } from './runWords';

/** Where a run comes from, what of it could not be read, and where else its metrics are. */
export function RunNotes({ run }: { readonly run: MonitoredRun }): JSX.Element {
	const skipped = skippedText(run);
	return (
		<>
			{run.file !== undefined && (
				<p class="run-note run-file" data-testid="run-file">
					{run.file.format}, read from {run.file.where}; nothing is written there.
				</p>
			)}
			{run.file === undefined && run.readOnly && (
				<p class="run-note" data-testid="run-read-only">
					Written by a newer Windsock: it can be looked at, and not changed from here.
				</p>
			)}
			{skipped !== undefined && (
				<p class="run-note run-skipped" title={skipped} data-testid="run-skipped">
					{skipped}
				</p>
			)}
			{run.origin !== undefined && (
				<p class="run-note run-origin" title={run.origin} data-testid="run-origin">
					{run.origin}
				</p>
			)}
			<Reports run={run} />
		</>
	);
}

/** Links to the trackers' pages; the editor asks before it opens one. */
function Reports({ run }: { readonly run: MonitoredRun }): JSX.Element | null {
	const reports = run.reports ?? [];
	if (reports.length === 0) {
		return null;
	}
	return (
		<p class="run-note run-reports" data-testid="run-reports">
			{reports.map(({ tracker, url, note }) =>
				url === undefined ? (
					<span key={tracker} title={note}>
						{tracker}: {note}
					</span>
				) : (
					<a key={tracker} href={url} title={url}>
						Open in {tracker}
					</a>
				),
			)}
		</p>
	);
}
