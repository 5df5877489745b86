import { machinePanels } from './machinePanels';
import type { KnownPanel } from './knownPanel';
import { entropy, gradientNorm, learningRate, speedPanels, tokenAccuracy } from './trainingPanels';

export const sftPanels: readonly KnownPanel[] = [
	{
		title: 'Loss',
		healthy:
			'Falls fast, then slowly; a held-out loss that rises for several evaluations while the training loss falls is overfitting.',
		metrics: { loss: '' },
	},
	tokenAccuracy,
	entropy,
	learningRate,
	gradientNorm,
	...speedPanels,
	...machinePanels,
];
