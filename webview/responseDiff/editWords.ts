import { lossWithSft, nearIdentical, type EditUse } from '../../src/core/responses/answerEdit';

/** What an edited answer may be used for, in the words of the page. */
export const useWords: Readonly<Record<EditUse, string>> = {
	pair: 'Pair: edited over original',
	pairWithSft: 'Pair with an SFT term',
	sft: 'SFT example',
};

/** As short as a tag. */
export const shortUseWords: Readonly<Record<EditUse, string>> = {
	pair: 'edited: pair',
	pairWithSft: 'edited: pair with SFT term',
	sft: 'edited: SFT example',
};

/** What is proposed until somebody chooses. */
export function proposedUse(similarity: number): EditUse {
	return similarity >= nearIdentical ? 'sft' : 'pair';
}

/** How like the original the text is, and what follows for the use. */
export function editSentence(similarity: number, use: EditUse): string {
	const share = `${Math.round(similarity * 100)}% of words in common with the original.`;
	switch (use) {
		case 'sft':
			return `${share} Becomes an example for SFT; the original is not trained against.`;
		case 'pairWithSft':
			return `${share} Train on Votes offers loss_type: [${lossWithSft.loss_type.join(', ')}] with loss_weights: [${lossWithSft.loss_weights.join(', ')}].`;
		case 'pair':
			return similarity >= nearIdentical
				? `${share} DPO on a pair this close can lower the probability of both answers: an SFT example, or an SFT term beside the pair, raises the edited one.`
				: `${share} The edited answer is chosen over the original.`;
	}
}
