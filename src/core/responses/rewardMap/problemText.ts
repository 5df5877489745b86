/** Why an answer has no map, in words for people. */
export function problemText(problem: string): string {
	switch (problem) {
		case 'empty':
			return 'the answer is empty';
		case 'tooLong':
			return 'prompt and answer are longer than the models take';
		case 'notFinite':
			return 'a model’s log-probabilities are not finite';
		default: {
			const [, said] = /^template: ?(.*)$/s.exec(problem) ?? [];
			return said === undefined ? problem : `the chat template refuses it: ${said}`;
		}
	}
}
