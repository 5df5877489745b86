const longest = 80;
/** Names that Windows keeps for devices, whatever follows a dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name for a file that every system takes, made of names that people gave. */
export function exportFileName(parts: readonly string[], extension: string): string {
	const name = parts
		.join(' ')
		.toWellFormed()
		.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '-')
		.replaceAll(/\s+/g, ' ')
		.slice(0, longest)
		.toWellFormed()
		.replaceAll(/^[\s.-]+|[\s.-]+$/g, '');
	const usable = name === '' ? 'metrics' : devices.test(name) ? `${name}-` : name;
	return `${usable}.${extension}`;
}
