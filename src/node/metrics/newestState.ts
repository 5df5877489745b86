import type { OperationOptions } from '../../core/hosts/host';
import { headLength } from './detectFormat';
import type { MetricPlace, PlaceEntry } from './places/metricPlace';

export const checkpointName = /^checkpoint-(\d+)$/;
const fileName = 'trainer_state.json';
/** Of more checkpoints only so many with the highest and with the lowest numbers are looked at. */
const most = 32;

interface State {
	readonly path: string;
	readonly number: number;
	readonly modified: number;
}

/**
 * The folder's own trainer_state.json, or that of its newest checkpoint, which has all before: the
 * one written last, as a run may have been begun again over the checkpoints of another. Files that
 * were copied are as new as the order in which they were copied: of those the highest number counts.
 */
export async function newestState(
	place: MetricPlace,
	folder: string,
	entries: readonly PlaceEntry[],
	options: OperationOptions,
): Promise<readonly string[]> {
	if (entries.some(({ name, kind }) => name === fileName && kind === 'file')) {
		return [place.join(folder, fileName)];
	}
	const numbered = entries
		.flatMap(({ name, kind, isLink }) => {
			const number = checkpointName.exec(name)?.[1];
			const isFolder = kind === 'directory' && !isLink;
			return number !== undefined && isFolder ? [{ name, number: Number(number) }] : [];
		})
		.toSorted((a, b) => b.number - a.number);
	const looked = [...numbered.slice(0, most), ...numbered.slice(most).slice(-most)];
	const found = await Promise.all(
		looked.map(async ({ name, number }): Promise<readonly State[]> => {
			const path = place.join(folder, name, fileName);
			const stat = await place.stat(path, options);
			return stat.ok && stat.value?.kind === 'file'
				? [{ path, number, modified: stat.value.modified }]
				: [];
		}),
	);
	const states = found.flat();
	const [highest] = states;
	const [newest] = states.toSorted((a, b) => b.modified - a.modified);
	if (!highest || !newest) {
		return [];
	}
	const isOther =
		newest.modified > highest.modified && !(await isPartOf(place, newest, highest, options));
	return [isOther ? newest.path : highest.path];
}

/** Whether one history goes on where the other ends, as far as their first rows tell. */
async function isPartOf(
	place: MetricPlace,
	shorter: State,
	longer: State,
	options: OperationOptions,
): Promise<boolean> {
	const [a, b] = await Promise.all(
		[shorter, longer].map(async ({ path }) => {
			const head = await place.read(path, 0, headLength, options);
			const text = head.ok ? new TextDecoder().decode(head.value) : '';
			return /"log_history"\s*:\s*\[(.*)$/s.exec(text)?.[1];
		}),
	);
	if (a === undefined || b === undefined) {
		return false;
	}
	const length = Math.min(a.length, b.length);
	let same = 0;
	while (same < length && a[same] === b[same]) {
		same++;
	}
	return same === length || a.slice(same).trimStart().startsWith(']');
}
