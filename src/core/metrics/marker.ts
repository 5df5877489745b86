import type { Position } from './rows';

/** Something that happened at a step and is marked on the axis. */
export interface Marker extends Position {
	readonly kind: 'checkpoint' | 'attempt' | 'note';
	readonly text: string;
}
