const units = ['kB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units with three digits, as disks and networks are sold: 1.23 GB, 456 MB, 7 bytes. */
export function byteSize(bytes: number): string {
	if (bytes < 1000) {
		return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
	}
	let value = bytes;
	let unit = '';
	for (unit of units) {
		value /= 1000;
		if (value < 999.5) {
			break;
		}
	}
	const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	return `${value.toFixed(digits)} ${unit}`;
}
