import type { WrittenLine } from './mirroredRuns';

/** Curves as a run of supervised fine-tuning draws them; `shift` moves its losses. */
export function sftLines(steps: number, shift = 0): readonly WrittenLine[] {
	return lines(steps, (step, share) => {
		const loss = 1 + shift + Math.exp(-6 * share) + 0.05 * noise(step);
		return {
			train: {
				loss,
				mean_token_accuracy: 0.75 - 0.25 * Math.exp(-6 * share),
				entropy: 1.1 + 0.4 * Math.exp(-6 * share),
				learning_rate: 2e-5 * (1 - share),
				grad_norm: 1 + 0.3 * noise(step + 7),
				tokens_per_second: 6800 + 90 * noise(step + 3),
				gpu_memory_gb: 61,
				num_tokens: step * 16_384,
			},
			eval: { eval_loss: 1.1 + shift + 0.8 * Math.exp(-5 * share) },
		};
	});
}

/** Curves as a run of direct preference optimization draws them. */
export function dpoLines(steps: number): readonly WrittenLine[] {
	return lines(steps, (step, share) => {
		const margin = 1.5 * (1 - Math.exp(-4 * share)) + 0.05 * noise(step);
		const pair = (prefix: string): Record<string, number> => ({
			[`${prefix}rewards/margins`]: margin,
			[`${prefix}rewards/accuracies`]: 0.5 + 0.3 * (1 - Math.exp(-5 * share)),
			[`${prefix}rewards/chosen`]: -0.4 * share,
			[`${prefix}rewards/rejected`]: -0.4 * share - margin,
			[`${prefix}logps/chosen`]: -280 - 40 * share,
			[`${prefix}logps/rejected`]: -260 - 110 * share,
		});
		return {
			train: {
				loss: Math.log(1 + Math.exp(-margin)),
				...pair(''),
				grad_norm: 12 + 3 * noise(step),
				learning_rate: 5e-7 * (1 - share),
			},
			eval: { eval_loss: 0.69 - 0.1 * share, ...pair('eval_') },
		};
	});
}

function lines(
	steps: number,
	at: (
		step: number,
		share: number,
	) => { train: Record<string, number>; eval: Record<string, number> },
): readonly WrittenLine[] {
	const often = Math.max(1, Math.floor(steps / 10));
	return Array.from({ length: steps }, (_, i) => i + 1).flatMap(step => {
		const values = at(step, step / steps);
		const isChecked = step % often === 0;
		return [
			{ step, kind: 'train' as const, values: values.train },
			...(isChecked ? [{ step, kind: 'eval' as const, values: values.eval }] : []),
			...(step % (5 * often) === 0
				? [
						{
							step,
							kind: 'marker' as const,
							values: { checkpoint: step },
							label: `checkpoint ${step}`,
						},
					]
				: []),
		];
	});
}

/** The same for the same step, between -1 and 1. */
function noise(step: number): number {
	const at = Math.sin(step * 12.9898) * 43_758.5453;
	return 2 * (at - Math.floor(at)) - 1;
}
