import { describe, expect, it } from 'vitest';
import { optionWords } from '../../../../src/core/training/optionWords';
import { parseRecipe, recipeKeys } from '../../../../src/core/training/recipe';
import {
	completionsAt,
	fixEdit,
	hoverAt,
	isRecipeText,
	recipeFindings,
} from '../../../../src/core/training/recipeLanguage';
import { validateRecipe } from '../../../../src/core/training/recipeValidation';
import { trlOptions } from '../../../../src/core/training/trlOptions';

const recipe = `# a comment
method: sft
dataset_path: a.jsonl # the data
lerning_rate: 2e-5
save_strategy: never
bf16: "yes"
max_prompt_length: 512
lora_target_modules:
  - q_proj
  - v_proj
eval_strategy:
`;

/** What is offered where `|` stands. */
function offered(marked: string): string[] {
	const offset = marked.indexOf('|');
	return completionsAt(marked.replace('|', ''), offset).map(({ label }) => label);
}

describe('completion in a recipe', () => {
	it('offers the keys of the method that are not there yet', () => {
		const labels = offered('method: dpo\nbe|\nmax_length: 5\n');
		expect(labels).toContain('beta');
		expect(labels).toContain('dataset_path');
		expect(labels).not.toContain('packing');
		expect(labels).not.toContain('max_length');
		expect(new Set(labels).size).toBe(labels.length);
	});

	it('offers the method first of all, and TRL’s keys once there is one', () => {
		expect(offered('|')).toContain('method');
		expect(offered('|')).not.toContain('learning_rate');
		expect(offered('method: script\n|')).toContain('script_arguments');
	});

	it('offers the words that a value can be', () => {
		expect(offered('method: |')).toEqual(['sft', 'dpo', 'kto', 'script']);
		expect(offered('method: sft\nlr_scheduler_type: cos|')).toContain('cosine');
		expect(offered('method: sft\npacking: |')).toEqual(['true', 'false']);
		expect(offered('method: sft\nlearning_rate: |')).toEqual([]);
	});

	it('quotes a no, which other YAML readers take for false', () => {
		const text = 'method: sft\nsave_strategy: ';
		expect(completionsAt(text, text.length).map(({ insert }) => insert)).toContain('"no"');
	});

	it('says nothing inside lists, blocks and comments', () => {
		expect(offered('method: sft\nlora_target_modules:\n  - |')).toEqual([]);
		expect(offered('method: sft\n# be|')).toEqual([]);
	});

	it('offers only the name where a value stands already', () => {
		const text = 'method: sft\nlearn: 1\n';
		const found = completionsAt(text, text.indexOf(':', 12));
		expect(found.find(({ label }) => label === 'learning_rate')?.insert).toBe('learning_rate');
	});
});

describe('hovering a key', () => {
	it('says what it is for, its kind and its default', () => {
		const text = 'method: dpo\nlearning_rate: 1\n';
		const hover = hoverAt(text, 15);
		expect(text.slice(hover?.start, hover?.end)).toBe('learning_rate');
		expect(hover?.lines[0]).toContain('Size of a step');
		expect(hover?.lines.at(-1)).toMatch(/^number, default 1e-6 \(TRL 1\.13\.0, dpo\)$/);
	});

	it('says nothing of values and of names that nobody knows', () => {
		expect(hoverAt('method: dpo\nfoo: 1\n', 13)).toBeUndefined();
		expect(hoverAt('method: dpo\n', 9)).toBeUndefined();
	});

	it('has words only for keys that there are', () => {
		const known = new Set([
			...recipeKeys,
			...trlOptions('sft').keys(),
			...trlOptions('dpo').keys(),
			'script',
			'script_arguments',
			'project',
			'files',
		]);
		expect([...optionWords.keys()].filter(key => !known.has(key))).toEqual([]);
		expect([...recipeKeys].filter(key => !optionWords.has(key))).toEqual([]);
	});
});

describe('the fix of a finding', () => {
	const findings = (text: string) => {
		const parsed = parseRecipe(text, 'r.yaml');
		return parsed.ok ? validateRecipe(parsed.value) : [];
	};

	it('mends the line that it is about and leaves the rest as it was', () => {
		let text = recipe;
		for (let turn = 0; turn < 10; turn++) {
			const mendable = findings(text).find(finding => finding.fix !== undefined);
			const edit = mendable && fixEdit(text, mendable);
			if (edit === undefined) {
				break;
			}
			text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
		}
		expect(text).toBe(`# a comment
method: sft
dataset_path: a.jsonl # the data
learning_rate: 2e-5
save_strategy: never
bf16: true
lora_target_modules:
  - q_proj
  - v_proj
use_peft: true
eval_strategy:
`);
		expect(findings(text).map(({ code, key }) => `${code} ${key}`)).toEqual([
			'argumentChoice save_strategy',
			'argumentType eval_strategy',
		]);
	});

	it('is gone with its key', () => {
		const [finding] = findings(recipe);
		expect(finding?.fix).toEqual({ kind: 'rename', to: 'learning_rate' });
		expect(finding && fixEdit('method: sft\n', finding)).toBeUndefined();
	});

	it('adds a line at the end where the text has no end of line', () => {
		const text = 'method: sft\ndataset_path: a\nload_in_4bit: true';
		const [finding] = findings(text);
		const edit = finding && fixEdit(text, finding);
		expect(edit && text.slice(0, edit.start) + edit.text).toBe(`${text}\nuse_peft: true\n`);
	});
});

it('a recipe names a method and what to train', () => {
	expect(isRecipeText(recipe)).toBe(true);
	expect(isRecipeText('method: post\nurl: x\n')).toBe(false);
	expect(isRecipeText('jobs:\n  method: sft\n  dataset_path: x\n')).toBe(false);
});

it('a text that is being written is checked as it stands', () => {
	expect(recipeFindings('method: sft\ndataset_path: "a\n')).toMatchObject([
		{ code: 'recipeUnreadable', severity: 'error', line: 3 },
	]);
	expect(recipeFindings('method: dppo\ndataset_path: a\n')).toMatchObject([
		{ code: 'methodUnknown', line: 1, fix: { kind: 'set', value: 'dpo' } },
	]);
	expect(recipeFindings('kind: Deployment\nmethod: x\n')).toEqual([]);
});
