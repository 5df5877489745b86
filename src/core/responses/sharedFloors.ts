import type { Comparison } from './comparison';
import { sharedText } from './sharedText';

/** What shared text has to be read beside: below and near these it says nothing of training. */
export interface SharedFloors {
	/** Mean share of words that answers to two different prompts have in common, 0–1. */
	readonly otherPrompt?: number;
	/** The same of two samples of one model for one prompt; absent where no model was asked again. */
	readonly resampled?: number;
}

export interface FloorPairs {
	readonly otherPrompt: readonly (readonly [string, string])[];
	readonly resampled: readonly (readonly [string, string])[];
}

/** More pairs than these move a mean by less than a percent. */
const mostPairs = 40;

/** The answers that the floors are taken from, spread over the whole comparison. */
export function floorPairs(comparison: Comparison, labels: readonly string[]): FloorPairs {
	const [first, second] = labels.map(label => comparison.responses.get(label));
	const { prompts } = comparison;
	const otherPrompt: [string, string][] = [];
	const stride = Math.max(1, Math.floor(prompts.length / mostPairs));
	for (let i = 0; i < prompts.length && otherPrompt.length < mostPairs; i += stride) {
		const left = first?.get(prompts[i]?.id ?? '')?.response;
		const right = second?.get(prompts[(i + 1) % prompts.length]?.id ?? '')?.response;
		if (prompts.length > 1 && left !== undefined && right !== undefined && left !== right) {
			otherPrompt.push([left, right]);
		}
	}
	const resampled: [string, string][] = [];
	for (const label of labels) {
		for (const samples of comparison.samples?.get(label)?.values() ?? []) {
			const [one, other] = samples;
			if (one && other && resampled.length < mostPairs) {
				resampled.push([one.response, other.response]);
			}
		}
	}
	return { otherPrompt, resampled };
}

export function sharedFloors(pairs: FloorPairs): SharedFloors {
	const otherPrompt = meanShare(pairs.otherPrompt);
	const resampled = meanShare(pairs.resampled);
	return {
		...(otherPrompt === undefined ? {} : { otherPrompt }),
		...(resampled === undefined ? {} : { resampled }),
	};
}

function meanShare(pairs: FloorPairs['otherPrompt']): number | undefined {
	return pairs.length === 0
		? undefined
		: pairs.reduce((sum, [left, right]) => sum + sharedText(left, right), 0) / pairs.length;
}
