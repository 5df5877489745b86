import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ScrollSpace, type ScrollState } from './scrollSpace';

export interface VirtualListProps {
	readonly count: number;
	/** Pixels; every row has the same. */
	readonly rowHeight: number;
	readonly renderRow: (index: number) => ComponentChildren;
	/** Index of the selected row; it is scrolled into view when it changes. */
	readonly selected: number | undefined;
	readonly onSelect: (index: number, mode: 'one' | 'toggle' | 'extend') => void;
	/** Rows that are selected beside `selected`; makes the list one where many can be. */
	readonly isMarked?: (index: number) => boolean;
	/** Enter or double click on a row. */
	readonly onOpen?: (index: number) => void;
	/** Called when other rows came into view: load what they need. `end` is exclusive. */
	readonly onRange?: (start: number, end: number) => void;
	readonly onKeyDown?: (event: KeyboardEvent) => void;
	readonly label: string;
	readonly testId?: string;
	/** `data-testid` of a row. */
	readonly rowTestId?: (index: number) => string;
}

/** Rows drawn beyond each edge, so that a step of the wheel shows no gap. */
const overscan = 6;

/** A list of any length; only the rows in view are in the page. Arrows, Home, End, PgUp, PgDn. */
export function VirtualList(props: VirtualListProps): JSX.Element {
	const { count, rowHeight, selected, onRange } = props;
	const element = useRef<HTMLDivElement>(null);
	const [viewHeight, setViewHeight] = useState(400);
	const [state, setState] = useState<ScrollState>({ scrollTop: 0, offset: 0 });
	const space = useMemo(
		() => new ScrollSpace(count, rowHeight, viewHeight),
		[count, rowHeight, viewHeight],
	);
	const apply = (next: ScrollState): void => {
		if (element.current && element.current.scrollTop !== next.scrollTop) {
			element.current.scrollTop = next.scrollTop;
		}
		setState(next);
	};

	useLayoutEffect(() => {
		const measured = element.current;
		if (!measured) {
			return undefined;
		}
		const observer = new ResizeObserver(() => {
			setViewHeight(Math.max(rowHeight, measured.clientHeight));
		});
		observer.observe(measured);
		return () => observer.disconnect();
	}, [rowHeight]);

	useLayoutEffect(() => {
		if (selected !== undefined && selected < count) {
			apply(space.reveal(state, selected));
		}
	}, [selected, viewHeight]);

	const top = Math.max(0, Math.min(state.scrollTop + state.offset, count * rowHeight - viewHeight));
	const start = Math.max(0, Math.floor(top / rowHeight) - overscan);
	const end = Math.min(count, Math.ceil((top + viewHeight) / rowHeight) + overscan);
	useEffect(() => onRange?.(start, end), [start, end, onRange]);

	const rows: JSX.Element[] = [];
	for (let index = start; index < end; index++) {
		rows.push(
			<Row key={index} index={index} top={index * rowHeight - state.offset} list={props} />,
		);
	}
	return (
		<div
			ref={element}
			class="ws-list"
			role="listbox"
			tabIndex={0}
			aria-label={props.label}
			aria-multiselectable={props.isMarked ? true : undefined}
			aria-activedescendant={selected === undefined ? undefined : rowId(selected)}
			data-testid={props.testId}
			onScroll={event => apply(space.scrolled(state, event.currentTarget.scrollTop))}
			onKeyDown={event => handleKey(event, props, Math.floor(viewHeight / rowHeight))}
		>
			<div class="ws-list-space" style={{ height: `${space.elementHeight}px` }}>
				{rows}
			</div>
		</div>
	);
}

function Row(props: { index: number; top: number; list: VirtualListProps }): JSX.Element {
	const { index, list } = props;
	return (
		<div
			id={rowId(index)}
			class="ws-list-row"
			role="option"
			aria-selected={list.selected === index || list.isMarked?.(index) === true}
			aria-posinset={index + 1}
			aria-setsize={list.count}
			data-testid={list.rowTestId?.(index)}
			style={{ top: `${props.top}px`, height: `${list.rowHeight}px` }}
			onClick={event => list.onSelect(index, list.isMarked ? pickMode(event) : 'one')}
			onDblClick={() => list.onOpen?.(index)}
		>
			{list.renderRow(index)}
		</div>
	);
}

function pickMode(event: MouseEvent): 'one' | 'toggle' | 'extend' {
	return event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
}

function rowId(index: number): string {
	return `ws-list-row-${index}`;
}

function handleKey(event: KeyboardEvent, list: VirtualListProps, page: number): void {
	const current = list.selected ?? -1;
	const target = {
		ArrowDown: current + 1,
		ArrowUp: current - 1,
		PageDown: current + page,
		PageUp: current - page,
		Home: 0,
		End: list.count - 1,
	}[event.key];
	const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
	if (target !== undefined && plain) {
		event.preventDefault();
		if (list.count > 0) {
			const mode = list.isMarked && event.shiftKey ? 'extend' : 'one';
			list.onSelect(Math.max(0, Math.min(list.count - 1, target)), mode);
		}
	} else if (event.key === 'Enter' && current >= 0 && plain && list.onOpen) {
		event.preventDefault();
		list.onOpen(current);
	} else {
		list.onKeyDown?.(event);
	}
}
