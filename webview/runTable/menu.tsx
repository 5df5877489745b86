import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuItem {
	readonly text: string;
	readonly act: () => void;
	readonly disabled?: boolean;
	/** A line stands above it. */
	readonly begins?: boolean;
}

/** Pixels that stay free at the edges of the window. */
const edge = 4;

/** What can be done with a column or with rows, where it was asked for. Arrows, Enter, Escape; closes when left. */
export function Menu(props: {
	readonly label: string;
	readonly testId: string;
	readonly at: { readonly left: number; readonly top: number };
	readonly items: readonly MenuItem[];
	readonly onClose: () => void;
}): JSX.Element {
	const element = useRef<HTMLDivElement>(null);
	const buttons = (): HTMLButtonElement[] => [
		...(element.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? []),
	];
	// Before the browser paints: a key pressed right after the one that opened it is for the menu.
	useLayoutEffect(() => {
		const menu = element.current;
		if (menu) {
			// All of it is in sight: one that was asked for near an edge moves away from it.
			const { width, height } = menu.getBoundingClientRect();
			menu.style.left = within(props.at.left, window.innerWidth - width);
			menu.style.top = within(props.at.top, window.innerHeight - height);
		}
		buttons()[0]?.focus();
	}, []);
	useEffect(() => {
		const onEscape = (event: KeyboardEvent): void => {
			if (event.key === 'Escape') {
				props.onClose();
			}
		};
		// Escape closes it also when something else has taken the focus, as a window that comes to front.
		document.addEventListener('keydown', onEscape);
		return () => document.removeEventListener('keydown', onEscape);
	}, [props.onClose]);
	const onKeyDown = (event: KeyboardEvent): void => {
		const all = buttons();
		const at = all.indexOf(document.activeElement as HTMLButtonElement);
		const target = {
			ArrowDown: all[(at + 1) % all.length],
			ArrowUp: all.at(at - 1),
			Home: all[0],
			End: all.at(-1),
		}[event.key];
		if (target !== undefined) {
			target.focus();
		} else if (event.key === 'Escape' || event.key === 'Tab') {
			props.onClose();
		} else {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<div
			class="menu-backdrop"
			onClick={props.onClose}
			onContextMenu={event => {
				event.preventDefault();
				props.onClose();
			}}
		>
			<div
				ref={element}
				class="menu"
				role="menu"
				aria-label={props.label}
				data-testid={props.testId}
				onClick={event => event.stopPropagation()}
				onKeyDown={onKeyDown}
			>
				{props.items.map(({ text, act, disabled, begins }) => (
					<button
						type="button"
						role="menuitem"
						key={text}
						tabIndex={-1}
						disabled={disabled}
						class={begins === true ? 'menu-begins' : ''}
						onClick={() => {
							props.onClose();
							act();
						}}
					>
						{text}
					</button>
				))}
			</div>
		</div>
	);
}

/** Pixels from the edge of the window, as far as there is room behind it. */
function within(place: number, room: number): string {
	return `${Math.max(edge, Math.min(place, room - edge))}px`;
}
