import type { GraphFinding } from './graph';
import { isGraphText, parseGraph } from './graphFile';
import { stagesOf } from './graphStages';

/** What to say about a text that is being written; nothing where it is no graph. */
export function graphFindings(text: string): readonly GraphFinding[] {
	if (!isGraphText(text)) {
		return [];
	}
	const { graph, findings } = parseGraph(text);
	if (graph === undefined || findings.length > 0) {
		return findings;
	}
	const staged = stagesOf(graph);
	return staged.ok ? [] : staged.findings;
}
