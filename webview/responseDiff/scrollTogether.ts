/** Sentences of two texts that belong together, rising: `[here, in the reference]`. */
export type AlignedPlaces = readonly (readonly [number, number])[];

/** A point on the way through a lane: an offset in its text, and pixels from the top of its scroll. */
interface Stop {
	readonly offset: number;
	readonly top: number;
}

/**
 * Where another lane stands when this one stands at `offset`: through the reference, straight between
 * sentences that belong together. Lengths are those of the whole texts.
 */
export function placeAcross(
	offset: number,
	here: { readonly aligned: AlignedPlaces; readonly length: number },
	there: { readonly aligned: AlignedPlaces; readonly length: number },
	referenceLength: number,
): number {
	const inReference = between(
		offset,
		[[0, 0], ...here.aligned, [here.length, referenceLength]],
		0,
		1,
	);
	return between(inReference, [[0, 0], ...there.aligned, [there.length, referenceLength]], 1, 0);
}

function between(
	value: number,
	pairs: readonly (readonly [number, number])[],
	from: 0 | 1,
	to: 0 | 1,
): number {
	let low = pairs[0] ?? ([0, 0] as const);
	for (const pair of pairs) {
		if (pair[from] > value) {
			const share = (value - low[from]) / (pair[from] - low[from]);
			return low[to] + share * (pair[to] - low[to]);
		}
		low = pair;
	}
	return low[to];
}

/** Lets all lanes follow the one that is scrolled by hand. Call `stop` when they are gone. */
export function followScroll(
	lanes: HTMLElement,
	across: (offset: number, from: number, to: number) => number | undefined,
): () => void {
	let leader: HTMLElement | undefined;
	let frame = 0;
	const texts = (): HTMLElement[] => [...lanes.querySelectorAll<HTMLElement>('.rd-text')];
	const lead = (event: Event): void => {
		leader = (event.target as HTMLElement).closest<HTMLElement>('.rd-text') ?? leader;
	};
	const follow = (): void => {
		frame = 0;
		const all = texts();
		const from = leader ? all.indexOf(leader) : -1;
		if (!leader || from < 0) {
			return;
		}
		const atEnd = leader.scrollTop + leader.clientHeight >= leader.scrollHeight - 1;
		const offset = offsetAt(stopsOf(leader), leader.scrollTop);
		for (const [to, text] of all.entries()) {
			const place = to === from ? undefined : across(offset, from, to);
			if (place !== undefined) {
				text.scrollTop =
					leader.scrollTop === 0 ? 0 : atEnd ? text.scrollHeight : topAt(stopsOf(text), place);
			}
		}
	};
	const scrolled = (event: Event): void => {
		if (event.target === leader && frame === 0) {
			frame = requestAnimationFrame(follow);
		}
	};
	const options = { capture: true, passive: true };
	const leads = ['wheel', 'pointerdown', 'keydown', 'focusin', 'touchstart'];
	leads.forEach(name => lanes.addEventListener(name, lead, options));
	lanes.addEventListener('scroll', scrolled, options);
	return () => {
		cancelAnimationFrame(frame);
		leads.forEach(name => lanes.removeEventListener(name, lead, options));
		lanes.removeEventListener('scroll', scrolled, options);
	};
}

/** Where the pieces of a text stand; a long one has one more for each of its lines' worth. */
function stopsOf(text: HTMLElement): Stop[] {
	const { top } = text.getBoundingClientRect();
	const stops: Stop[] = [];
	for (const piece of text.querySelectorAll<HTMLElement>('[data-from]')) {
		const from = Number(piece.dataset['from']);
		const node = piece.firstChild;
		const length = node?.nodeType === Node.TEXT_NODE ? (node.textContent?.length ?? 0) : 0;
		const range = document.createRange();
		for (let at = 0; at < Math.max(1, length); at += 200) {
			let box = piece.getBoundingClientRect();
			if (node && length > 0) {
				range.setStart(node, at);
				range.setEnd(node, Math.min(length, at + 1));
				box = range.getBoundingClientRect();
			}
			stops.push({ offset: from + at, top: box.top - top + text.scrollTop });
		}
	}
	return stops;
}

function offsetAt(stops: readonly Stop[], top: number): number {
	return between(
		top,
		stops.map(stop => [stop.top, stop.offset] as const),
		0,
		1,
	);
}

function topAt(stops: readonly Stop[], offset: number): number {
	return between(
		offset,
		stops.map(stop => [stop.top, stop.offset] as const),
		1,
		0,
	);
}
