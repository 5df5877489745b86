import type { JSX } from 'preact';
import type { DatasetSnapshot } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { keyName } from './keys';
import type { DatasetPageModel } from './pageModel';

/** What is wrong with the query, at its place, and why a search was stopped. */
export function QueryNotices(props: {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}): JSX.Element | null {
	const { query } = props.model;
	const fault = query.fault.value;
	const { filterFailure } = props.snapshot;
	if (fault) {
		const text = query.text.value;
		return (
			<div class="ws-query-fault" role="alert" id="ws-query-fault" data-testid="query-fault">
				<code class="ws-query-fault-text">
					{text.slice(0, fault.start)}
					<mark>{text.slice(fault.start, fault.end) || ' '}</mark>
					{text.slice(fault.end)}
				</code>
				<span>{fault.message}</span>
				{fault.suggestion !== undefined && (
					<Button testId="query-suggestion" onClick={() => query.mend(fault)}>
						Use “{fault.suggestion}”
					</Button>
				)}
			</div>
		);
	}
	if (filterFailure !== undefined) {
		return (
			<div class="ws-banner ws-banner-error" role="alert" data-testid="filter-failure">
				<Icon name="warning" />
				<span>{filterFailure}</span>
			</div>
		);
	}
	return props.snapshot.rowsOutdated === 0 ? null : (
		<div class="ws-query-outdated" role="status" data-testid="query-outdated">
			<span>{outdatedWords(props.snapshot.rowsOutdated)}</span>
			<button
				type="button"
				class="ws-link"
				title={`Run the query again (${keyName('Shift+R')})`}
				data-testid="query-again"
				onClick={() => void query.runAgain()}
			>
				Run again
			</button>
		</div>
	);
}

function outdatedWords(rows: number | undefined): string {
	const older = 'These results are older than your edits';
	return rows === undefined
		? `${older}.`
		: `${older}: ${rows === 1 ? '1 row differs' : `${rows.toLocaleString('en-US')} rows differ`}.`;
}
