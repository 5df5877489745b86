import type { Words } from './wording';

/** What is said of the recipe, the host and foreign code. */
export const hostWords: Readonly<Record<string, Words>> = {};
