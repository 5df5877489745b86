import type { Comparison } from '../../core/responses/comparison';
import type { LaneRequest } from '../../protocol/rewardMap';
import { orderOf, type ViewContext } from './comparisonViews';

/** The prompt and the model that a lane of the page stands for; undefined for one that is gone. */
export function namedLane(
	comparison: Comparison,
	context: ViewContext,
	{ promptId, lane }: LaneRequest,
): { readonly promptId: string; readonly label: string } | undefined {
	const item = context.items.find(({ id }) => id === promptId);
	const order = item ? orderOf(comparison, item, context) : [];
	const label = order.find(one => context.laneKey(promptId, one) === lane);
	return item && label !== undefined ? { promptId: item.promptId, label } : undefined;
}
