import { takesText } from './keys';
import type { DatasetPageModel } from './pageModel';

/** Milliseconds between two signs of life that are told to the host. */
const pace = 5000;

/**
 * In a review single letters are VS Code's keys, which it hears after the page. Those that are typed
 * into a field stay in the field, and a key that is held down decides only once.
 */
export function guardReviewKeys(target: Document, model: DatasetPageModel): void {
	target.addEventListener('keydown', event => {
		const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1;
		if (model.review.value && isPlain && (event.repeat || takesText(event))) {
			event.stopPropagation();
		}
	});
	let told = 0;
	const tell = (event: Event): void => {
		if (model.review.value && event.timeStamp - told > pace) {
			told = event.timeStamp;
			model.reviewing.active();
		}
	};
	for (const kind of ['keydown', 'mousemove', 'wheel', 'scroll'] as const) {
		target.addEventListener(kind, tell, { capture: true, passive: true });
	}
}
