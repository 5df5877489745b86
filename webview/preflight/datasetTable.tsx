import type { JSX } from 'preact';
import { compact, share } from '../../src/core/training/preflight/summaryWords';
import type { PreflightSnapshot } from '../../src/protocol/preflight';

/** Rows and tokens of each dataset, and what of them the cut takes. */
export function DatasetTable(props: {
	readonly datasets: PreflightSnapshot['datasets'];
}): JSX.Element | null {
	const { datasets } = props;
	if (datasets.length === 0) {
		return null;
	}
	const hasTokens = datasets.some(({ tokens }) => tokens > 0);
	const number = (count: number): string => count.toLocaleString('en-US');
	return (
		<section class="ws-fact" data-testid="datasets">
			<h2>Data</h2>
			<div class="ws-table-frame">
				<table>
					<thead>
						<tr>
							<th scope="col">dataset</th>
							<th scope="col">rows</th>
							{hasTokens && (
								<>
									<th scope="col">tokens</th>
									<th scope="col">with loss</th>
									<th scope="col">longest</th>
									<th scope="col" title="Rows that max_length cuts, and the loss that goes with it">
										cut
									</th>
								</>
							)}
						</tr>
					</thead>
					<tbody>
						{datasets.map((dataset, index) => (
							<tr key={index}>
								<th scope="row" title={dataset.name}>
									{dataset.name} <span class="ws-muted">{dataset.split}</span>
								</th>
								<td>
									{number(dataset.kept)}
									{dataset.kept < dataset.rows && (
										<span class="ws-muted"> of {number(dataset.rows)}</span>
									)}
								</td>
								{hasTokens && (
									<>
										<td>{compact(dataset.tokens)}</td>
										<td>{share(dataset.trained, dataset.tokens)}</td>
										<td>{dataset.longest === undefined ? '' : number(dataset.longest)}</td>
										<td>
											{dataset.cutRows === 0
												? 'none'
												: `${number(dataset.cutRows)} · ${share(dataset.cutTrained, dataset.trained)}`}
										</td>
									</>
								)}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</section>
	);
}
