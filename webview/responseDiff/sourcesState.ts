import { signal } from '@preact/signals';
import type { SourcesView } from '../../src/protocol/answerSources';

export const sources = signal<SourcesView | undefined>(undefined);
