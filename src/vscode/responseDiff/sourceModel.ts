import type { Comparison } from '../../core/responses/comparison';
import type { SourcesRequest } from '../../protocol/answerSources';
import { promptView, type ViewContext } from './comparisonViews';

/**
 * The words whose sources are asked for and the model that said them; `ref` is absent while its name
 * is hidden. Undefined for a lane that is not (any more) shown.
 */
export function sourceModel(
	comparison: Comparison,
	context: ViewContext,
	request: SourcesRequest,
): { readonly text: string; readonly ref: string | undefined } | undefined {
	if (request.from === 'behaviour') {
		const model = comparison.header.models.find(({ label }) => label === request.label);
		return { text: request.phrase, ref: context.blind ? undefined : model?.ref };
	}
	const index = context.items.findIndex(({ id }) => id === request.promptId);
	const lanes = promptView(comparison, index, context)?.lanes;
	const lane = lanes?.find(({ key }) => key === request.lane);
	return lane && { text: request.text, ref: lane.model?.ref };
}
