import type { Comparison } from '../../core/responses/comparison';
import { itemsWithRepeats, plainItems, type VoteItem } from '../../core/responses/voteItems';

/** What one voter goes through: the prompts, and while names are hidden some of them again. */
export class VoteList {
	#last:
		| {
				readonly prompts: Comparison['prompts'];
				readonly blind: boolean;
				readonly list: readonly VoteItem[];
		  }
		| undefined;

	constructor(private readonly voter: string) {}

	/** The same list while neither prompts nor blindness change. */
	of({ header, prompts }: Comparison, blind: boolean): readonly VoteItem[] {
		const known = this.#last;
		if (known?.prompts === prompts && known.blind === blind) {
			return known.list;
		}
		const ids = prompts.map(({ id }) => id);
		const list = blind ? itemsWithRepeats(ids, `${header.id}\n${this.voter}`) : plainItems(ids);
		this.#last = { prompts, blind, list };
		return list;
	}

	/** Of the list that was asked for last. */
	item(id: string): VoteItem | undefined {
		return this.#last?.list.find(one => one.id === id);
	}
}
