import { mean, standardError } from '../robust';
import type { DoctorRule } from '../rule';
import { evidence, fromTo } from '../runView';
import type { Track } from '../track';
import { shorterRun } from './shorterRun';

/** Training loss that drops where an epoch ends: the rows are recognised at their second sight. */
export const staircase: DoctorRule = {
	code: 'staircase',
	title: 'Loss drops at epoch borders',
	sources: [
		{ title: 'fast.ai, 2023', url: 'https://www.fast.ai/posts/2023-09-04-learning-jumps/' },
		{ title: 'LLM memorisation', url: 'https://wandb.ai/johnowhitaker/llmemo' },
	],
	check: run => {
		const loss = run.loss?.finite();
		const isLanguage = run.facts.method !== 'dpo' && run.facts.method !== 'kto';
		const steps = loss === undefined || !isLanguage ? [] : drops(loss);
		const [first] = steps;
		if (first === undefined) {
			return undefined;
		}
		const share = Math.round((100 * (first.before - first.after)) / first.before);
		const changes = shorterRun(run);
		return {
			severity: share >= 25 ? 'warning' : 'info',
			sentence: `The training loss drops by ${share}% where epoch ${first.epoch} ends: single rows are remembered after one sight.`,
			advice:
				run.held('loss').length > 0
					? 'Trust the held-out loss rather than this one; look for repeated rows, and train fewer epochs or with a lower learning rate if it rises.'
					: 'Hold rows back and trust their loss rather than this one; look for repeated rows, and train fewer epochs or with a lower learning rate if it rises.',
			evidence: steps.map(({ piece, before, after }) => evidence(piece, fromTo(before, after))),
			...(changes === undefined ? {} : { changes }),
		};
	},
};

interface Drop {
	readonly epoch: number;
	readonly before: number;
	readonly after: number;
	readonly piece: Track;
}

/** Borders at which the loss falls out of its noise, by a tenth, and faster than within the epochs. */
function drops(loss: Track): readonly Drop[] {
	const borders = epochBorders(loss);
	return borders.flatMap(({ at, epoch, begin, end }) => {
		const reach = Math.min(30, Math.floor(Math.min(at - begin, end - at) / 3));
		if (reach < 4) {
			return [];
		}
		const [left, right] = [
			loss.value.subarray(at - reach, at),
			loss.value.subarray(at, at + reach),
		];
		const [before, after] = [mean(left), mean(right)];
		const drop = before - after;
		const error = Math.hypot(standardError(left), standardError(right));
		// What the loss falls over as many steps within the epochs on both sides, at most.
		const within = Math.max(
			0,
			(mean(loss.value.subarray(at - 3 * reach, at - reach)) - before) / 1.5,
			(after - mean(loss.value.subarray(at + reach, at + 3 * reach))) / 1.5,
		);
		return drop > 0.1 * before && drop > 4 * error && drop > 2 * within
			? [{ epoch, before, after, piece: loss.slice(at - reach, at + reach) }]
			: [];
	});
}

/** Positions of the first points of each epoch but the first, with the ends of both neighbours. */
function epochBorders(loss: Track): readonly {
	readonly at: number;
	readonly epoch: number;
	readonly begin: number;
	readonly end: number;
}[] {
	const starts: number[] = [0];
	for (let i = 1; i < loss.length; i++) {
		// The step that ends an epoch has its whole number.
		const [before, now] = [loss.epoch[i - 1] ?? 0, loss.epoch[i] ?? 0];
		if (Math.ceil(now - 1e-6) > Math.ceil(before - 1e-6) && before > 0) {
			starts.push(i);
		}
	}
	return starts.slice(1).map((at, k) => ({
		at,
		epoch: Math.round(loss.epoch[at - 1] ?? 0),
		begin: starts[k] ?? 0,
		end: starts[k + 2] ?? loss.length,
	}));
}
