import { effect } from '@preact/signals';
import { host } from './actions';
import { scrubber, scrubberShown } from './scrubberState';
import { overview, view } from './state';

export function toggleScrubber(): void {
	scrubberShown.value = !scrubberShown.value;
}

let asked = 0;

/** Shows a checkpoint of a run; without either, what is shown stays where it is. */
export async function scrub(
	place: { readonly run?: string; readonly at?: number } = {},
): Promise<void> {
	const promptId = view.peek()?.id;
	if (promptId === undefined) {
		return;
	}
	const own = ++asked;
	const current = scrubber.peek();
	const kept = current?.kind === 'shown' ? { run: current.run, at: current.at } : {};
	const loaded = await host.request('loadCheckpoint', { promptId, ...kept, ...place });
	// The slider went on meanwhile.
	if (own === asked && loaded) {
		scrubber.value = loaded;
	}
}

/** Another run begins at its newest checkpoint. */
export function scrubRun(run: string): void {
	void scrub({ run, at: Number.MAX_SAFE_INTEGER });
}

/** While it is open: asks anew for another prompt, when names are shown, and when answers came. */
export function followCheckpoints(): void {
	effect(() => {
		const basis = [view.value?.id, overview.value?.blind, overview.value?.generating?.done];
		if (scrubberShown.value && basis[0] !== undefined) {
			void scrub();
		}
	});
}
