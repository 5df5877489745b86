/** Bytes a second that a search through whole rows reads on an ordinary laptop. */
const pace = 60e6;

/**
 * Size and time of work that reads a whole dataset, before it begins: `1.2 GB, about 20 seconds`.
 *
 * @param far where the dataset is, when it is not on this machine
 */
export function readingCost(
	bytes: number,
	far?: { readonly place: string; readonly speed: number | undefined },
): string {
	if (far && far.speed === undefined) {
		return `${sizeText(bytes)} from ${far.place}, as long as the link takes`;
	}
	const seconds = bytes / Math.min(pace, far?.speed ?? pace);
	const time =
		seconds < 2
			? 'a moment'
			: seconds < 100
				? `about ${Math.round(seconds)} seconds`
				: `about ${Math.round(seconds / 60)} minutes`;
	return `${sizeText(bytes)}${far ? ` from ${far.place}` : ''}, ${time}`;
}

/** Bytes as people read them, in powers of ten as on disks. */
export function sizeText(bytes: number): string {
	const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
	let [value, unit] = [bytes, 0];
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
