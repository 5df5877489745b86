import type { ReportRun } from './report';
import { escapeMarkup } from './svgText';

/** A run's name, with several of them behind a dot in its colour. */
export function runName({ name, slot }: ReportRun, several: boolean): string {
	const swatch = several ? `<span class="swatch c${slot % 8}"></span>` : '';
	return swatch + escapeMarkup(name);
}
