import type { Comparison } from '../../core/responses/comparison';
import type { VoteInput } from '../../node/responses/comparisonStore';
import type { VoteRequest } from '../../protocol/responseDiff';
import { orderOf, promptView, type ViewContext } from './comparisonViews';

/**
 * What the store is told of a vote from the page. Undefined for a lane or a prompt that is not
 * (any more) shown, or a vote that cannot be. `revealed`: the items whose names this voter has seen.
 */
export function voteInputOf(
	comparison: Comparison,
	context: ViewContext,
	request: VoteRequest,
	revealed: Pick<ReadonlySet<string>, 'has'>,
): VoteInput | undefined {
	const index = context.items.findIndex(({ id }) => id === request.promptId);
	const item = context.items[index];
	const view = promptView(comparison, index, context);
	if (!item || !view || (!view.votable && !['undo', 'skip'].includes(request.kind))) {
		return undefined;
	}
	const { promptId } = item;
	const order = orderOf(comparison, item, context).filter(label =>
		comparison.responses.get(label)?.has(promptId),
	);
	const common = {
		voter: context.voter,
		promptId,
		order,
		blind: context.blind && !revealed.has(item.id),
		...(item.repeat ? { repeat: true as const } : {}),
	};
	if (request.kind === 'best' || request.kind === 'worst') {
		const label = order.find(one => context.laneKey(item.id, one) === request.lane);
		if (label === undefined) {
			return undefined;
		}
		const { vote } = view;
		const fits =
			request.kind === 'best' || (vote?.verdict === 'best' && vote.best !== request.lane);
		return fits
			? {
					...common,
					kind: request.kind,
					label,
					blind: request.kind === 'worst' ? (vote?.blind ?? false) : common.blind,
				}
			: undefined;
	}
	return request.kind === 'skip' && view.vote ? undefined : { ...common, kind: request.kind };
}
