import { messageText, type Completion, type Example, type Message } from './example';

type Completions = Extract<Example, { kind: 'completions' }>;
type Stepwise = Extract<Example, { kind: 'stepwise' }>;

/** How good an answer is: its score, or its rank the other way round. */
function worthOf({ score, rank }: Completion): number | undefined {
	return score ?? (rank === undefined ? undefined : -rank);
}

function judged(example: Completions): { readonly one: Completion; readonly worth: number }[] {
	return example.completions.flatMap(one => {
		const worth = worthOf(one);
		return worth === undefined ? [] : [{ one, worth }];
	});
}

/** The prompt with its best answer, or why there is none. Of equal answers the first is taken. */
export function bestDialogue(
	example: Completions,
	changes: Set<string>,
): readonly Message[] | string {
	if (example.prompt.length === 0) {
		return 'answers without their prompt';
	}
	const all = judged(example);
	const best = all.find(({ worth }) => all.every(other => other.worth <= worth));
	if (!best) {
		return 'several answers without a score';
	}
	changes.add('the best answer is taken, the others are left out');
	return [...example.prompt, ...best.one.messages];
}

/** The best answer and the worst, or why there is no such pair. */
export function bestAndWorst(
	example: Completions,
	changes: Set<string>,
): { readonly best: Completion; readonly worst: Completion } | string {
	if (example.prompt.length === 0) {
		return 'answers without their prompt';
	}
	const all = judged(example);
	const best = all.find(({ worth }) => all.every(other => other.worth <= worth));
	const worst = all.find(({ worth }) => all.every(other => other.worth >= worth));
	if (!best || !worst) {
		return 'several answers without a score';
	}
	if (best.worth === worst.worth) {
		return all.length < 2 ? 'only one answer has a score' : 'all its answers are equally good';
	}
	changes.add('the best answer is chosen, the worst one rejected, the others are left out');
	return { best: best.one, worst: worst.one };
}

/** The prompt with all steps as one reply. A solution with a wrong step is none to learn from. */
export function solution(example: Stepwise, changes: Set<string>): readonly Message[] | string {
	if (example.steps.some(({ isRight }) => isRight === false)) {
		return 'a step of its solution is marked as wrong';
	}
	changes.add('the steps are joined by a line break, their marks are left out');
	const text = example.steps.map(({ message }) => messageText(message)).join('\n');
	const reply: Message = {
		role: 'assistant',
		writtenRole: 'assistant',
		blocks: [{ kind: 'text', text, paths: [] }],
	};
	return [...example.prompt, reply];
}
