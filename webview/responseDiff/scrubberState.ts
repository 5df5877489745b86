import { signal } from '@preact/signals';
import type { CheckpointView } from '../../src/protocol/checkpointAnswers';

export const scrubberShown = signal(false);
/** Undefined until the first answer has come. */
export const scrubber = signal<CheckpointView | undefined>(undefined);
