import type { FindingDraft } from './recipeFinding';

/** Whole numbers of which TRL takes any, and with which training breaks below 1. */
const counts = [
	'per_device_train_batch_size',
	'per_device_eval_batch_size',
	'gradient_accumulation_steps',
	'max_length',
];

/** AdamW ruins a model of any size with such steps; SGD does not. */
const ruinousRate = 0.1;

/** Amounts of the right type that cannot come to a trained model, whatever the model is. */
export function impossibleAmounts(value: (name: string) => unknown): FindingDraft[] {
	const found: FindingDraft[] = [];
	for (const key of counts) {
		const count = value(key);
		if (typeof count === 'number' && Number.isInteger(count) && count < 1) {
			const message = `“${key}” is a whole number from 1, not ${count}`;
			found.push({ code: 'argumentType', severity: 'error', key, message });
		}
	}
	const epochs = value('num_train_epochs');
	const steps = value('max_steps');
	if (typeof epochs === 'number' && epochs <= 0 && !(typeof steps === 'number' && steps > 0)) {
		const key = 'num_train_epochs';
		const message = `with “${key}: ${epochs}” the run has no step: nothing is trained`;
		found.push({ code: 'argumentType', severity: 'error', key, message });
	}
	const key = 'learning_rate';
	const rate = value(key);
	if (typeof rate !== 'number') {
		return found;
	}
	if (rate < 0) {
		const message = `“${key}” is above 0, not ${rate}`;
		found.push({ code: 'argumentType', severity: 'error', key, message });
	} else if (rate === 0) {
		const message = `with “${key}: 0” no weight moves: nothing is learned`;
		found.push({ code: 'learningRateRange', severity: 'warning', key, message });
	} else if (rate >= ruinousRate && !String(value('optim')).includes('sgd')) {
		const message = `a learning rate of ${rate} ruins a model of any size; 2e-5 is usual for SFT, 1e-6 for DPO`;
		found.push({ code: 'learningRateRange', severity: 'warning', key, message });
	}
	return found;
}
