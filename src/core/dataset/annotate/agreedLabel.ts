import type { Label } from '../annotation';

/** What two decisions come to. Where not all say drop, it stays: no row goes in a quarrel. */
export function agreedLabel(a: Label, b: Label): Label {
	return a === 'keep' || b === 'keep' ? 'keep' : a === 'fix' || b === 'fix' ? 'fix' : 'drop';
}
