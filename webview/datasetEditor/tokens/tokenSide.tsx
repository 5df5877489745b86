import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { quoted, tokenWords, type ShownSide, type TokenSection } from './shownSide';
import { TokenRun } from './tokenText';
import type { TokensModel } from './tokensModel';

interface Pointed {
	readonly at: number;
	readonly left: number;
	readonly top: number;
	readonly isBelow: boolean;
}

/** One sequence: what it comes to in numbers, and its text as tokens. */
export function TokenSide(props: {
	readonly model: TokensModel;
	readonly side: ShownSide;
	readonly maxLength: number | undefined;
	readonly packing: string | undefined;
}): JSX.Element {
	const { model, side, maxLength, packing } = props;
	const text = useRef<HTMLDivElement>(null);
	const drawn = useChunksInView(text, side);
	const [pointed, setPointed] = useState<Pointed | undefined>(undefined);
	const [active, setActive] = useState<number | undefined>(undefined);
	useEffect(() => {
		setPointed(undefined);
		setActive(undefined);
	}, [side]);
	const point = (at: number | undefined): void => {
		const token = at === undefined ? null : tokenAt(text.current, at);
		setPointed(token && at !== undefined ? { at, ...besideOf(token) } : undefined);
	};
	const move = (to: number): void => {
		const at = Math.max(0, Math.min(side.ids.length - 1, to));
		drawn.need(at);
		setActive(at);
		model.announce(tokenWords(side, at));
	};
	// After it is drawn, which a far one is only now.
	useEffect(() => {
		if (active === undefined) {
			return undefined;
		}
		const token = tokenAt(text.current, active);
		token?.classList.add('ws-token-active');
		token?.scrollIntoView({ block: 'nearest' });
		point(active);
		return () => token?.classList.remove('ws-token-active');
	}, [active, drawn.version]);
	return (
		<section
			class={`ws-token-side ${side.name === 'text' ? '' : `ws-side ws-side-${side.name}`}`}
			aria-label={side.name === 'text' ? 'Sequence' : side.name}
			data-testid={`tokens-${side.name}`}
		>
			<SideHeader model={model} side={side} maxLength={maxLength} packing={packing} />
			<div
				ref={text}
				class="ws-token-text ws-mono"
				role="application"
				aria-label="Tokens. Arrow keys go from one to the next, up and down from message to message."
				tabIndex={0}
				onPointerOver={event => point(placeOf(event.target))}
				onPointerLeave={() => setPointed(undefined)}
				onBlur={() => {
					setActive(undefined);
					setPointed(undefined);
				}}
				onKeyDown={event => {
					const to = placeAfter(event, side, active);
					if (to === 'none') {
						setActive(undefined);
						setPointed(undefined);
					} else if (to !== undefined) {
						move(to);
					} else {
						return;
					}
					event.preventDefault();
					event.stopPropagation();
				}}
			>
				{side.sections.map((section, i) => (
					<Section
						key={i}
						side={side}
						section={section}
						isDrawn={from => drawn.has(from)}
						maxLength={maxLength}
					/>
				))}
			</div>
			{pointed && <TokenHover side={side} pointed={pointed} />}
		</section>
	);
}

function SideHeader(props: {
	readonly model: TokensModel;
	readonly side: ShownSide;
	readonly maxLength: number | undefined;
	readonly packing: string | undefined;
}): JSX.Element {
	const { model, side, maxLength, packing } = props;
	const { counts } = side;
	const cut = counts ? counts.tokens - counts.kept : 0;
	const of = maxLength === undefined || !counts ? '' : ` of at most ${number(maxLength)}`;
	return (
		<header class="ws-side-header ws-token-header">
			{side.name !== 'text' && <h2>{side.name === 'chosen' ? 'Chosen' : 'Rejected'}</h2>}
			<span class="ws-count" data-testid="token-count">
				{number(side.ids.length)} tokens{of}
			</span>
			{counts && (
				<span class="ws-count ws-token-loss-word" data-testid="trained-count">
					{number(counts.trained)} with loss
				</span>
			)}
			{cut > 0 && (
				<span class="ws-count ws-mark-warning" data-testid="cut-count">
					{number(cut)} cut away
				</span>
			)}
			{packing !== undefined && (
				<span class="ws-muted" title="Several examples share a sequence">
					packed ({packing})
				</span>
			)}
			<span class="ws-spacer" />
			<span class="ws-token-copy">
				<button
					class="ws-link"
					title="Copy the text after the template"
					data-testid="copy-text"
					onClick={() => model.copy('text', side)}
				>
					Copy text
				</button>
				<button
					class="ws-link"
					title="Copy the ids as a list"
					data-testid="copy-ids"
					onClick={() => model.copy('ids', side)}
				>
					Copy ids
				</button>
			</span>
		</header>
	);
}

function Section(props: {
	readonly side: ShownSide;
	readonly section: TokenSection;
	readonly isDrawn: (from: number) => boolean;
	readonly maxLength: number | undefined;
}): JSX.Element {
	const { side, section, isDrawn, maxLength } = props;
	const { role, tokens, trained, chunks, isBehindCut, hasCut } = section;
	return (
		<>
			{hasCut && (
				<div class="ws-token-cut" role="separator" data-testid="token-cut">
					<span>
						{isBehindCut
							? `Cut at max_length ${maxLength === undefined ? '' : number(maxLength)}: the trainer reads nothing below`
							: `Cut at max_length ${maxLength === undefined ? '' : number(maxLength)}: the trainer reads nothing above`}
					</span>
				</div>
			)}
			<div class={`ws-token-section${isBehindCut ? ' ws-token-behind' : ''}`}>
				{role !== undefined && (
					<div class="ws-token-role" data-testid="token-message">
						<b>{role}</b>
						<span>{number(tokens ?? 0)} tokens</span>
						<span class={trained === 0 ? '' : 'ws-token-loss-word'}>
							{number(trained ?? 0)} with loss
						</span>
					</div>
				)}
				<div class="ws-token-lines">
					{chunks.map(chunk => (
						<TokenRun key={chunk.from} side={side} chunk={chunk} isDrawn={isDrawn(chunk.from)} />
					))}
				</div>
			</div>
		</>
	);
}

function TokenHover(props: { readonly side: ShownSide; readonly pointed: Pointed }): JSX.Element {
	const { side, pointed } = props;
	const { at, left, top, isBelow } = pointed;
	const name = side.special.get(at);
	const piece = side.pieces[at] ?? '';
	const loss = side.loss?.[at];
	return (
		<div
			class={`ws-token-hover${isBelow ? '' : ' ws-token-hover-above'}`}
			style={{ left: `${left}px`, top: `${top}px` }}
			data-testid="token-hover"
		>
			<code>{name ?? (piece === '' ? '…' : quoted(piece))}</code>
			<span class="ws-count">
				id <b>{side.ids[at]}</b>
			</span>
			<span class="ws-muted ws-count">
				{number(at + 1)} of {number(side.ids.length)}
			</span>
			{name !== undefined && <span>special</span>}
			{piece === '' && name === undefined && <span>part of the character before</span>}
			{loss !== undefined && (
				<span class={loss ? 'ws-token-loss-word' : 'ws-muted'}>
					{loss ? 'carries loss' : 'no loss'}
				</span>
			)}
		</div>
	);
}

/** Which stretches have come near the view; those stay drawn. */
function useChunksInView(
	text: { readonly current: HTMLDivElement | null },
	side: ShownSide,
): {
	readonly has: (from: number) => boolean;
	readonly need: (at: number) => void;
	readonly version: number;
} {
	const drawn = useMemo(() => new Set<number>(), [side]);
	const [version, setVersion] = useState(0);
	useEffect(() => {
		const element = text.current;
		const root = element?.closest('.ws-example-body') ?? null;
		const observer = new IntersectionObserver(
			entries => {
				const before = drawn.size;
				for (const entry of entries) {
					if (entry.isIntersecting && entry.target instanceof HTMLElement) {
						drawn.add(Number(entry.target.dataset['from']));
						observer.unobserve(entry.target);
					}
				}
				if (drawn.size > before) {
					setVersion(last => last + 1);
				}
			},
			{ root, rootMargin: '800px 0px' },
		);
		for (const run of element?.querySelectorAll('.ws-token-run') ?? []) {
			observer.observe(run);
		}
		return () => observer.disconnect();
	}, [side]);
	const chunkOf = (at: number): number | undefined =>
		side.sections.flatMap(({ chunks }) => chunks).find(({ from, to }) => at >= from && at < to)
			?.from;
	return {
		has: from => drawn.has(from),
		need: at => {
			const from = chunkOf(at);
			if (from !== undefined && !drawn.has(from)) {
				drawn.add(from);
				setVersion(last => last + 1);
			}
		},
		version,
	};
}

/** Where a key leads: a place, `none` to let go, undefined for other keys. */
function placeAfter(
	event: KeyboardEvent,
	side: ShownSide,
	active: number | undefined,
): number | 'none' | undefined {
	if (event.ctrlKey || event.metaKey || event.altKey) {
		return undefined;
	}
	const starts = side.sections.flatMap(({ chunks }) => chunks.slice(0, 1).map(({ from }) => from));
	const at = active ?? -1;
	switch (event.key) {
		case 'ArrowRight':
			return at + 1;
		case 'ArrowLeft':
			return at - 1;
		case 'ArrowDown':
			return starts.find(start => start > at) ?? side.ids.length - 1;
		case 'ArrowUp':
			return starts.findLast(start => start < at) ?? 0;
		case 'Home':
			return 0;
		case 'End':
			return side.ids.length - 1;
		case 'Escape':
			return active === undefined ? undefined : 'none';
		default:
			return undefined;
	}
}

function tokenAt(text: HTMLElement | null, at: number): HTMLElement | null {
	return text?.querySelector<HTMLElement>(`[data-at="${at}"]`) ?? null;
}

function placeOf(target: EventTarget | null): number | undefined {
	const token = target instanceof Element ? target.closest<HTMLElement>('[data-at]') : null;
	return token ? Number(token.dataset['at']) : undefined;
}

/** Below a token, or above where the page ends. */
function besideOf(token: HTMLElement): Omit<Pointed, 'at'> {
	const [box = token.getBoundingClientRect()] = token.getClientRects();
	const isBelow = box.bottom + 40 < window.innerHeight;
	return {
		left: Math.max(4, Math.min(box.left, window.innerWidth - 320)),
		top: isBelow ? box.bottom + 4 : box.top - 4,
		isBelow,
	};
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}
