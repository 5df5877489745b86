import { proseDiff } from '../../responses/proseDiff';

/** Letters around a change that say where it is. */
const around = 40;

/**
 * What differs between two texts as people write it in plain text: `a [-red-]{+blue+} car`. Long
 * equal parts are cut to what stands beside a change.
 */
export function wordDiffText(before: string, after: string): string {
	const { changes } = proseDiff(before, after);
	let text = '';
	let at = 0;
	for (const [i, { reference, other }] of changes.entries()) {
		text += shortened(after.slice(at, other.start), i > 0, true);
		text +=
			reference.end > reference.start ? `[-${before.slice(reference.start, reference.end)}-]` : '';
		text += other.end > other.start ? `{+${after.slice(other.start, other.end)}+}` : '';
		at = other.end;
	}
	return text + shortened(after.slice(at), changes.length > 0, false);
}

function shortened(text: string, keepStart: boolean, keepEnd: boolean): string {
	const [start, end] = [keepStart ? around : 0, keepEnd ? around : 0];
	return text.length <= start + end + 10
		? text
		: `${text.slice(0, start)}…${end === 0 ? '' : text.slice(-end)}`;
}
