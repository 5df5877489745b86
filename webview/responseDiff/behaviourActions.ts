import { batch, effect } from '@preact/signals';
import { host, showPrompt } from './actions';
import {
	barFilter,
	behaviour,
	behaviourBusy,
	behaviourShown,
	behaviourTag,
	type BarFilter,
} from './behaviourState';
import { currentIndex, listed, overview, referenceLane } from './state';

export function toggleBehaviour(): void {
	behaviourShown.value = !behaviourShown.value;
}

export function hideBehaviour(): void {
	behaviourShown.value = false;
}

export function setBehaviourTag(tag: string): void {
	behaviourTag.value = tag;
}

let asked = 0;

/** Has the answers looked through as they are now. */
export async function loadBehaviour(): Promise<void> {
	const own = ++asked;
	behaviourBusy.value = true;
	const loaded = await host.request('loadBehaviour', {
		reference: referenceLane.value,
		tag: behaviourTag.value,
	});
	// Something else was asked for meanwhile.
	if (own === asked) {
		batch(() => {
			behaviour.value = loaded;
			behaviourBusy.value = false;
		});
	}
}

/** Lists the prompts of a bar, or all again when they are listed already. */
export function toggleBar(bar: BarFilter): void {
	barFilter.value = isListed(bar.key) ? undefined : { ...bar, ...inSlice(bar) };
	const [first] = listed.value;
	if (first && !listed.value.some(({ index }) => index === currentIndex.value)) {
		void showPrompt(first.index);
	}
}

/** A bar of a tag's prompts is another than that of all. */
export function isListed(key: string): boolean {
	return barFilter.value?.key === inSlice({ key, words: '' }).key;
}

function inSlice({
	key,
	words,
}: Pick<BarFilter, 'key' | 'words'>): Pick<BarFilter, 'key' | 'words'> {
	const tag = behaviourTag.value;
	return tag === '' ? { key, words } : { key: `${key}\n${tag}`, words: `${words} · ${tag}` };
}

export function clearBar(): void {
	barFilter.value = undefined;
}

/** Answers that are there; while some still come the figures wait for the user to ask again. */
export function answersNow(): number {
	return (overview.value?.prompts ?? []).reduce((sum, { answers }) => sum + answers, 0);
}

/** Asks when the panel opens, and again for another reference, slice or choice of models. */
export function followBehaviour(): void {
	effect(() => {
		const current = overview.value;
		if (current?.blind === true) {
			batch(() => {
				behaviour.value = undefined;
				barFilter.value = undefined;
			});
		}
	});
	let last = '';
	effect(() => {
		const current = overview.value;
		if (!behaviourShown.value || current === undefined || current.blind) {
			last = '';
			return;
		}
		const running = current.generating?.state === 'running';
		const wanted = [
			referenceLane.value,
			behaviourTag.value,
			current.choice,
			running ? 'running' : answersNow(),
		].join('\n');
		if (wanted !== last) {
			last = wanted;
			void loadBehaviour();
		}
	});
}
