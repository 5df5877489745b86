import { signal } from '@preact/signals';
import type { AskedView } from '../../src/protocol/responseDiff';

/** The box for a prompt of one's own is open. */
export const askOpen = signal(false);
export const askText = signal('');
/** What was asked, in place of the prompt of the list. */
export const asked = signal<AskedView | undefined>(undefined);
