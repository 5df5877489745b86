import { reasonOf } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import type { Lens } from '../../core/responses/answerMarks';
import type { MarkCache } from '../../node/responses/markCache';
import type { MarkedPrompt, PromptView } from '../../protocol/responseDiff';

export interface MarksRequest {
	readonly index: number;
	readonly reference: number;
	readonly lens: Lens;
}

/** Marks for the answers as they are shown; without them the answers can still be read. */
export async function markedPrompt(
	view: PromptView,
	{ reference, lens }: MarksRequest,
	cache: MarkCache,
	logger: Logger,
): Promise<MarkedPrompt | undefined> {
	const texts = view.lanes.map(lane => lane.text);
	try {
		const marks = await cache.marksOf({ texts, reference, lens });
		const lanes = marks.map((lane, i) => ({ ...lane, length: texts[i]?.length ?? 0 }));
		return { promptId: view.id, reference, lens, lanes };
	} catch (error) {
		logger.warn(`answers to ${view.id} are shown without marks: ${reasonOf(error)}`);
		return undefined;
	}
}
