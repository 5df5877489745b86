import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAfterCheckpoint } from '../../../../src/core/training/afterCheckpoint';
import {
	completionsAt,
	hoverAt,
	recipeFindings,
} from '../../../../src/core/training/recipeLanguage';

const whole = `
when: beside
gpus: 1
answers:
  prompt_set: ../prompts/vibes.jsonl
  sampling: {max_new_tokens: 64, temperature: 0}
evaluate:
  - name: ifeval
    command: [lm_eval, --model, hf, --model_args, "pretrained={checkpoint}", --output_path, "{output}"]
    results: "**/results_*.json"
  - name: own
    command: [python, score.py, "{checkpoint}", "{output}"]
    files: [../eval/score.py]
    results: score.json
    at: figures/all
    timeout_minutes: 30
`;

function messages(block: string): string[] {
	return readAfterCheckpoint(parse(block)).findings.map(({ message }) => message);
}

describe('what is done after a checkpoint', () => {
	it('is read with all it may say', () => {
		const { value, findings } = readAfterCheckpoint(parse(whole));
		expect(findings).toEqual([]);
		expect(value).toMatchObject({
			when: 'beside',
			gpus: 1,
			answers: { promptSet: '../prompts/vibes.jsonl', sampling: { max_new_tokens: 64 } },
			evaluate: [
				{ name: 'ifeval', results: '**/results_*.json', files: [] },
				{ name: 'own', files: ['../eval/score.py'], at: 'figures/all', timeoutMinutes: 30 },
			],
		});
	});

	it('may be one evaluation without a list and without a name', () => {
		const { value } = readAfterCheckpoint(
			parse('evaluate: {command: [a, "{checkpoint}"], results: r.json}'),
		);
		expect(value?.evaluate.map(({ name }) => name)).toEqual(['evaluation']);
	});

	it.each([
		['5', '“after_checkpoint” is a block of when, gpus, answers, evaluate, not 5'],
		['when: later', '“when” is after or beside the training, not "later"'],
		['answer: {}', '“after_checkpoint” has no “answer”; did you mean answers?'],
		['answers: {}', '“answers” needs “prompt_set: FILE”, relative to the recipe'],
		[
			'answers: {prompt_set: p, sampling: {temperature: hot}}',
			'“temperature” is a number from 0, not "hot"',
		],
		[
			'evaluate: {command: lm_eval --model hf, results: r}',
			'“command” of “evaluation” is a list: a program and its arguments, as no shell reads it',
		],
		[
			'evaluate: {command: [a], results: ../r.json}',
			'“results” of “evaluation” names the JSON below {output}, such as results.json or **/results_*.json',
		],
		[
			'evaluate: {name: a/b, command: [a], results: r}',
			'"a/b" cannot be the “name” of an evaluation: use letters, digits, “.”, “_”, “-”',
		],
		[
			'evaluate: [{command: [a, "{run}"], results: r}, {command: [b, "{run}"], results: r}]',
			'two evaluations are named “evaluation”; give each a “name” of its own',
		],
	])('is refused where it makes no sense: %s', (block, message) => {
		expect(messages(block)).toContain(message);
		expect(readAfterCheckpoint(parse(block)).value).toBeUndefined();
	});

	it.each([
		[
			'evaluate: {command: [a, "{checkpiont}"], results: r}',
			'{checkpiont} is not filled in; did you mean {checkpoint}?',
		],
		[
			'evaluate: {command: [a], results: r}',
			'the command of “evaluation” does not say {checkpoint}, the model to evaluate',
		],
		['{}', 'nothing is done after a checkpoint: add “answers” or “evaluate”'],
	])('is warned of where it comes to little: %s', (block, message) => {
		expect(messages(block)).toContain(message);
		expect(readAfterCheckpoint(parse(block)).value).toBeDefined();
	});
});

const recipe = `method: sft
dataset_path: a.jsonl
after_checkpoint:
  when: after
  answers:
    prompt_set: p.jsonl
  evaluate:
    - name: own
      command: [a, "{checkpoint}"]
      results: r.json
`;

/** What is offered where `|` stands. */
function offered(text: string): string[] {
	const at = text.indexOf('|');
	return completionsAt(text.replace('|', ''), at).map(({ label }) => label);
}

describe('the block of a recipe', () => {
	it('has its findings at the line of its key', () => {
		const text = recipe.replace('name: own', 'name: own\n      result: x');
		expect(recipeFindings(text)).toMatchObject([
			{ severity: 'error', line: 3, message: '“evaluate” has no “result”; did you mean results?' },
		]);
		expect(recipeFindings(recipe)).toEqual([]);
	});

	it('is told that nothing gets a GPU beside the training', () => {
		const text = recipe.replace('when: after', 'when: beside');
		expect(recipeFindings(text).map(({ message }) => message)).toEqual([
			'beside the training nothing gets a GPU unless “gpus: 1” says so',
		]);
		expect(recipeFindings(`${text}use_cpu: true\n`)).toEqual([]);
	});

	it('offers the keys of each of its blocks that are not there yet', () => {
		expect(offered(recipe.replace('  answers:', '  |\n  answers:'))).toEqual(['gpus']);
		expect(offered(recipe.replace('    prompt_set', '    |\n    prompt_set'))).toEqual([
			'sampling',
		]);
		expect(offered(recipe.replace('r.json\n', 'r.json\n      |'))).toEqual([
			'at',
			'files',
			'timeout_minutes',
		]);
		expect(offered(recipe.replace('r.json\n', 'r.json\n    - |'))).toContain('command');
		expect(offered(recipe.replace('when: after', 'when: |'))).toEqual(['after', 'beside']);
	});

	it('offers nothing of it elsewhere', () => {
		expect(offered('method: sft\ndataset_path: a\nretry:\n  |')).toEqual([]);
		expect(offered(`${recipe}|`)).not.toContain('prompt_set');
	});

	it('says what a key is for', () => {
		const found = hoverAt(recipe, recipe.indexOf('prompt_set') + 2);
		expect(found?.lines).toEqual(['File with the prompts, relative to the recipe.']);
		expect(recipe.slice(found?.start, found?.end)).toBe('prompt_set');
		expect(hoverAt(recipe, recipe.indexOf('after_checkpoint'))?.lines[0]).toContain('prompt_set');
	});
});
