import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const edge = 4;
const focusable = 'a[href], button:not([disabled]), input:not([disabled]), select, [tabindex="0"]';

export interface PopoverProps {
	/** The element it belongs to; it gets the focus back. */
	readonly anchor: HTMLElement;
	/** Name for screen readers. */
	readonly label: string;
	readonly onClose: () => void;
	readonly children: ComponentChildren;
	readonly class?: string;
	readonly testId?: string;
}

/**
 * A small panel beside what it belongs to. The focus goes into it and comes back; Escape, a click
 * elsewhere and leaving it with Tab close it. Up and down go between what can be chosen.
 */
export function Popover(props: PopoverProps): JSX.Element {
	const { anchor, onClose } = props;
	const element = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		if (element.current) {
			place(element.current, anchor);
			element.current.querySelector<HTMLElement>(focusable)?.focus();
		}
	}, [anchor]);
	useEffect(() => {
		const closeOutside = (event: Event): void => {
			const target = event.target as Node | null;
			if (!element.current?.contains(target) && !anchor.contains(target)) {
				onClose();
			}
		};
		const close = (): void => onClose();
		document.addEventListener('pointerdown', closeOutside, true);
		document.addEventListener('focusin', closeOutside);
		window.addEventListener('resize', close);
		return () => {
			document.removeEventListener('pointerdown', closeOutside, true);
			document.removeEventListener('focusin', closeOutside);
			window.removeEventListener('resize', close);
		};
	}, [anchor, onClose]);
	return (
		<div
			ref={element}
			class={`ws-popover ${props.class ?? ''}`}
			role="dialog"
			aria-label={props.label}
			data-testid={props.testId}
			onKeyDown={event => handleKey(event, element.current, anchor, onClose)}
		>
			{props.children}
		</div>
	);
}

export interface MenuButtonProps {
	readonly children: ComponentChildren;
	readonly onClick: () => void;
	readonly testId?: string;
}

/** An entry of a popover that does something. */
export function PopoverAction(props: MenuButtonProps): JSX.Element {
	return (
		<button
			type="button"
			class="ws-popover-action"
			data-testid={props.testId}
			onClick={props.onClick}
		>
			{props.children}
		</button>
	);
}

function handleKey(
	event: KeyboardEvent,
	popover: HTMLElement | null,
	anchor: HTMLElement,
	onClose: () => void,
): void {
	if (event.key === 'Escape') {
		event.preventDefault();
		event.stopPropagation();
		onClose();
		anchor.focus();
		return;
	}
	const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	const isField = event.target instanceof HTMLInputElement && event.target.type !== 'radio';
	if (by !== undefined && popover && !isField) {
		event.preventDefault();
		const entries = [...popover.querySelectorAll<HTMLElement>(focusable)];
		const at = entries.indexOf(document.activeElement as HTMLElement);
		entries[(at + by + entries.length) % entries.length]?.focus();
	}
}

/** Below its anchor, or above where there is no room; never beyond the edge of the page. */
function place(popover: HTMLElement, anchor: HTMLElement): void {
	const at = anchor.getBoundingClientRect();
	const { offsetWidth: width, offsetHeight: height } = popover;
	const { clientWidth, clientHeight } = document.documentElement;
	const left = Math.max(edge, Math.min(at.left, clientWidth - width - edge));
	const below = at.bottom + 2;
	const top = below + height + edge <= clientHeight ? below : Math.max(edge, at.top - height - 2);
	popover.style.left = `${left}px`;
	popover.style.top = `${top}px`;
}
