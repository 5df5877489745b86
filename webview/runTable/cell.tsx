import type { JSX } from 'preact';
import type { CellValue } from '../../src/core/runTable/tableRun';
import type { DeltaRemark, ShownColumn } from '../../src/protocol/runTable';
import { Icon } from '../shared/components/icon';
import { cellDelta, cellText, deltaArrow, signedText, type CellDelta } from './cellText';

export interface CellProps {
	readonly id: string;
	readonly index: number;
	readonly column: ShownColumn;
	readonly width: number;
	readonly value: CellValue;
	/** The baseline's value, in all rows but its own. */
	readonly baseline: CellValue;
	readonly remark: DeltaRemark | null | undefined;
	readonly isPending: boolean;
	/** Its row is the baseline. */
	readonly isPin: boolean;
}

/** A value and, while a baseline is pinned, its difference or the reason why there is none. */
export function Cell(props: CellProps): JSX.Element {
	const { column, value } = props;
	const text = cellText(value, column);
	const delta = cellDelta(value, props.baseline, column, props.remark);
	const { values } = column;
	const isNumber =
		typeof value === 'number' ? values !== 'time' : value === undefined && values !== 'text';
	return (
		<div
			id={props.id}
			role={props.index === 0 ? 'rowheader' : 'gridcell'}
			aria-colindex={props.index + 1}
			class={[
				'cell',
				isNumber ? 'cell-number' : '',
				delta === undefined ? '' : 'cell-compared',
				props.index === 0 ? 'cell-name' : '',
			].join(' ')}
			style={{ width: `${props.width}px` }}
			data-testid={`cell-${column.id}`}
			title={titleOf(text, delta)}
		>
			{props.isPin && <PinMark />}
			<span class="cell-value">{text}</span>
			{text === '' && (
				<span class="cell-none">
					{props.isPending && column.isMetric ? '…' : '–'}
					<span class="ws-visually-hidden">
						{props.isPending && column.isMetric ? 'being read' : 'none'}
					</span>
				</span>
			)}
			{delta !== undefined && <Delta delta={delta} />}
		</div>
	);
}

function PinMark(): JSX.Element {
	return (
		<span class="pin-mark">
			<Icon name="pin" />
			<span class="ws-visually-hidden">Baseline:</span>
		</span>
	);
}

function Delta({ delta: found }: { readonly delta: CellDelta }): JSX.Element {
	if (found.kind === 'reason') {
		return <span class="reason">{found.texts[0]}</span>;
	}
	const { delta, notes } = found;
	return (
		<span class={`delta delta-${delta.verdict ?? 'neutral'}`}>
			<span aria-hidden="true">{deltaArrow(delta)}</span> {signedText(delta.difference)}
			{notes.length > 0 && <span aria-hidden="true">*</span>}
			<span class="ws-visually-hidden">
				{delta.verdict ?? ''} {notes.join(', ')}
			</span>
		</span>
	);
}

function titleOf(text: string, delta: CellDelta | undefined): string {
	if (delta?.kind === 'reason') {
		return `${text}\nNo difference to the baseline is shown: ${delta.texts.join('; ')}`;
	}
	const notes = delta?.notes ?? [];
	return notes.length === 0 ? text : `${text}\nOtherwise made: ${notes.join('; ')}`;
}
