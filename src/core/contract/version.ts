/** The version of the run contract that this code writes. */
export const contractVersion = '1.0';

const supportedMajor = 1;

/** True for files of a newer major version: they are shown, never changed. Missing counts as old. */
export function isNewerContract(version: unknown): boolean {
	if (typeof version !== 'string') {
		return false;
	}
	const major = Number.parseInt(version, 10);
	return Number.isFinite(major) && major > supportedMajor;
}
