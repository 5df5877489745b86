import type { KnownPanel } from './knownPanel';
import { machinePanels } from './machinePanels';
import { entropy, gradientNorm, learningRate, speedPanels, tokenAccuracy } from './trainingPanels';

// What the sentences rest on: dpo#46 (first loss), trl#1236 (collapse), arXiv 2410.08847
// (displacement), Zephyr (held-out loss).
const dpoLoss: KnownPanel = {
	title: 'DPO loss',
	healthy:
		'With the sigmoid loss alone it begins at 0.693 (policy and reference agree), higher where other losses are added; it falls. Judge a rising held-out loss by the answers too, not alone.',
	metrics: { loss: '' },
};

const accuracy: KnownPanel = {
	title: 'Reward accuracy',
	healthy:
		'Share of pairs in which chosen beats rejected: climbs from about 0.5; held-out values of 0.65 to 0.8 are usual.',
	isShare: true,
	metrics: { 'rewards/accuracies': '' },
};

const margin: KnownPanel = {
	title: 'Reward margin',
	healthy: 'Grows from 0 and flattens; it scales with β, so compare it only between runs of one β.',
	metrics: { 'rewards/margins': '' },
};

/** After the loss, except for the accuracy, which needs pairs. */
const preference: readonly KnownPanel[] = [
	{
		title: 'Rewards',
		healthy:
			'Chosen lies above rejected and the gap widens, mostly because rejected falls; both below 0 is common.',
		metrics: { 'rewards/chosen': 'chosen', 'rewards/rejected': 'rejected' },
	},
	{
		title: 'Log-probabilities',
		unit: 'nats',
		healthy:
			'A mild fall of both is normal; chosen falling steadily while the margin grows is displacement: look for near-identical pairs.',
		metrics: { 'logps/chosen': 'chosen', 'logps/rejected': 'rejected' },
	},
	{
		title: 'Log-ratio on chosen',
		unit: 'nats',
		healthy:
			'How much likelier than for the reference the chosen answers are, whatever β is (no KL): begins at 0 and stays near it; far below 0 the model gives up answers that it was to learn.',
		metrics: { 'log_ratio/chosen': '' },
	},
	gradientNorm,
	learningRate,
	entropy,
	tokenAccuracy,
	{
		title: 'Logits',
		healthy: 'Drifts slowly; a sudden jump comes with a spike of the gradient norm.',
		metrics: { 'logits/chosen': 'chosen', 'logits/rejected': 'rejected' },
	},
	...speedPanels,
	...machinePanels,
];

export const dpoPanels: readonly KnownPanel[] = [dpoLoss, margin, accuracy, ...preference];

export const ktoPanels: readonly KnownPanel[] = [
	{
		title: 'KTO loss',
		healthy:
			'Begins at 0.5 (policy and reference agree) and falls; good and bad answers are judged one by one, so it is no figure to compare with DPO.',
		metrics: { loss: '' },
	},
	{
		title: 'KL estimate',
		unit: 'nats',
		healthy:
			'How far the policy has gone from the reference, on answers to other prompts; grows slowly from 0.',
		metrics: { kl: '' },
	},
	margin,
	...preference,
];
