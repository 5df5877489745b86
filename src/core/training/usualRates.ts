import { isTrlMethod, type TrlMethod } from './trlOptions';

/**
 * From where to where others train, by method and by what is trained: handbook (full SFT 2e-5, QLoRA
 * 2e-4, full DPO 5e-7, QLoRA 5e-6), TRL's default for DPO and KTO 1e-6, Unsloth's DPO 5e-6 and SFT 2e-4; a
 * factor of five to either side. Full DPO at 6e-5 and 5e-5 collapsed (trl#1236, llamafactory#6153).
 */
const usualRates = {
	sft: { full: [2e-6, 1e-4, 2e-5], adapter: [1e-5, 1e-3, 2e-4] },
	dpo: { full: [1e-7, 5e-6, 5e-7], adapter: [5e-7, 5e-5, 5e-6] },
	kto: { full: [1e-7, 5e-6, 5e-7], adapter: [5e-7, 5e-5, 5e-6] },
} as const;

export interface UsualRates {
	readonly low: number;
	readonly high: number;
	/** What most take. */
	readonly middle: number;
}

/** @param model whose name may say that it is small, and small ones take larger steps */
export function usualRatesFor(method: TrlMethod, isAdapter: boolean, model = ''): UsualRates {
	const [low, high, middle] = usualRates[method][isAdapter ? 'adapter' : 'full'];
	// SmolLM2 of 1.7B was tuned with 3e-4, of 360M with 1e-3.
	return { low, high: isSmall(model) ? 10 * high : high, middle };
}

/** What most take instead of a rate below the usual ones; undefined where it is not below. */
export function tooLow(
	method: string | undefined,
	isAdapter: boolean,
	rate: number,
): number | undefined {
	const usual = isTrlMethod(method) ? usualRatesFor(method, isAdapter) : undefined;
	return usual !== undefined && rate < usual.low ? usual.middle : undefined;
}

/** Fewer than three billion weights, as names such as `SmolLM2-1.7B` say. */
function isSmall(model: string): boolean {
	const [, number, unit] = /(?:^|[-_/])(\d+(?:\.\d+)?)([MB])(?:$|[-_@/])/i.exec(model) ?? [];
	return number !== undefined && (unit?.toUpperCase() === 'M' || Number(number) < 3);
}
