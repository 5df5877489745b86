import type { Comparison } from '../../core/responses/comparison';
import type { EditInput } from '../../node/responses/comparisonStore';
import type { EditRequest } from '../../protocol/responseDiff';
import { orderOf, promptView, type ViewContext } from './comparisonViews';

/** What the store is told. Undefined for a lane that cannot be edited (any more). */
export function editInputOf(
	comparison: Comparison,
	context: ViewContext,
	request: EditRequest,
): EditInput | undefined {
	const index = context.items.findIndex(({ id }) => id === request.promptId);
	const item = context.items[index];
	const lane = promptView(comparison, index, context)?.lanes.find(
		({ key }) => key === request.lane,
	);
	const label =
		item &&
		orderOf(comparison, item, context).find(one => context.laneKey(item.id, one) === request.lane);
	if (!item || label === undefined || lane?.editable !== true || lane.text === undefined) {
		return undefined;
	}
	const text = request.text.trimEnd();
	// What says the same as its original, or nothing, is no edit.
	const isEdit = text.trim() !== '' && text.trim() !== lane.text.trim();
	return {
		voter: context.voter,
		promptId: item.promptId,
		label,
		text: isEdit ? text : '',
		use: isEdit ? request.use : 'none',
	};
}
