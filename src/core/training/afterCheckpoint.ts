import { nearestName } from './nearestName';
import type { FindingDraft } from './recipeFinding';

/** What a recipe wants done with each of its checkpoints, by the key `after_checkpoint`. */
export interface AfterCheckpoint {
	/** `beside` the training, on other GPUs, or `after` it, on its own. */
	readonly when: 'after' | 'beside';
	/** GPUs that are waited for beside the training. */
	readonly gpus?: number;
	readonly answers?: {
		/** Relative to the recipe. */
		readonly promptSet: string;
		readonly sampling: Readonly<Record<string, unknown>>;
	};
	readonly evaluate: readonly Evaluation[];
}

/** A command whose JSON becomes metrics. */
export interface Evaluation {
	readonly name: string;
	/** A program and its arguments, which no shell reads. */
	readonly command: readonly string[];
	/** Path below the output folder, or a pattern. */
	readonly results: string;
	/** Part of the JSON that counts. */
	readonly at?: string;
	/** Files that go along into the working folder, relative to the recipe. */
	readonly files: readonly string[];
	readonly timeoutMinutes?: number;
}

export const afterCheckpointKey = 'after_checkpoint';
/** Words in braces that a command gets filled in. */
export const commandPlaceholders = ['checkpoint', 'output', 'step', 'run', 'code'] as const;
/** What may stand in each block, for completion and checks. */
export const afterCheckpointKeys = {
	'': ['when', 'gpus', 'answers', 'evaluate'],
	answers: ['prompt_set', 'sampling'],
	sampling: ['max_new_tokens', 'temperature', 'top_p', 'top_k', 'seed'],
	evaluate: ['name', 'command', 'results', 'at', 'files', 'timeout_minutes'],
} as const;

const evaluationName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const fileName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

interface Read {
	readonly value: AfterCheckpoint | undefined;
	readonly findings: readonly FindingDraft[];
}

/** Reads the block; one with an error has no value. */
export function readAfterCheckpoint(block: unknown): Read {
	const reader = new BlockReader();
	const value = reader.read(block);
	const failed = reader.findings.some(({ severity }) => severity === 'error');
	return { value: failed ? undefined : value, findings: reader.findings };
}

type Fields = Readonly<Record<string, unknown>>;

class BlockReader {
	readonly findings: FindingDraft[] = [];

	read(block: unknown): AfterCheckpoint | undefined {
		const fields = this.#fields(block, 'after_checkpoint', '');
		if (fields === undefined) {
			return undefined;
		}
		const { when = 'after', gpus } = fields;
		if (when !== 'after' && when !== 'beside') {
			this.#error(`“when” is after or beside the training, not ${shown(when)}`, 'argumentChoice');
		}
		if (gpus !== undefined && !(Number.isInteger(gpus) && Number(gpus) > 0)) {
			this.#error(`“gpus” is a whole number from 1, not ${shown(gpus)}`);
		}
		if (gpus !== undefined && when === 'after') {
			this.#warn(
				'“gpus” counts beside the training only; after it the GPUs of the training are used',
			);
		}
		const answers = fields['answers'] === undefined ? undefined : this.#answers(fields['answers']);
		const listed = fields['evaluate'] ?? [];
		const evaluate = (Array.isArray(listed) ? (listed as unknown[]) : [listed]).flatMap(
			one => this.#evaluation(one) ?? [],
		);
		const names = evaluate.map(({ name }) => name);
		const twice = names.find((name, index) => names.indexOf(name) < index);
		if (twice !== undefined) {
			this.#error(`two evaluations are named “${twice}”; give each a “name” of its own`);
		}
		if (fields['answers'] === undefined && fields['evaluate'] === undefined) {
			this.#warn('nothing is done after a checkpoint: add “answers” or “evaluate”');
		}
		return {
			when: when === 'beside' ? 'beside' : 'after',
			...(typeof gpus === 'number' ? { gpus } : {}),
			...(answers === undefined ? {} : { answers }),
			evaluate,
		};
	}

	#answers(value: unknown): AfterCheckpoint['answers'] {
		const fields = this.#fields(value, 'answers', 'answers');
		if (fields === undefined) {
			return undefined;
		}
		const { prompt_set: promptSet } = fields;
		const sampling =
			fields['sampling'] === undefined
				? {}
				: (this.#fields(fields['sampling'], 'sampling', 'sampling') ?? {});
		for (const [name, number] of Object.entries(sampling)) {
			if (typeof number !== 'number' || number < 0) {
				this.#error(`“${name}” is a number from 0, not ${shown(number)}`);
			}
		}
		if (typeof promptSet !== 'string' || promptSet.trim() === '') {
			this.#error('“answers” needs “prompt_set: FILE”, relative to the recipe');
			return undefined;
		}
		return { promptSet, sampling };
	}

	#evaluation(value: unknown): Evaluation | undefined {
		const fields = this.#fields(value, 'evaluate', 'evaluate');
		if (fields === undefined) {
			return undefined;
		}
		const { name = 'evaluation', command, results, at, files = [] } = fields;
		const minutes = fields['timeout_minutes'];
		if (typeof name !== 'string' || !evaluationName.test(name) || name === 'answers') {
			this.#error(
				`${shown(name)} cannot be the “name” of an evaluation: use letters, digits, “.”, “_”, “-”`,
			);
			return undefined;
		}
		if (!isTexts(command) || command.length === 0) {
			this.#error(
				`“command” of “${name}” is a list: a program and its arguments, as no shell reads it`,
			);
			return undefined;
		}
		if (typeof results !== 'string' || /^[/\\~]|(^|[/\\])\.\.([/\\]|$)/.test(results)) {
			this.#error(
				`“results” of “${name}” names the JSON below {output}, such as results.json or **/results_*.json`,
			);
			return undefined;
		}
		if (!isTexts(files) || !files.every(path => fileName.test(baseName(path)))) {
			this.#error(`“files” of “${name}” is a list of files, relative to the recipe`);
			return undefined;
		}
		if (minutes !== undefined && !(typeof minutes === 'number' && minutes > 0)) {
			this.#error(`“timeout_minutes” is a number above 0, not ${shown(minutes)}`);
		}
		this.#placeholders(name, command);
		return {
			name,
			command,
			results,
			...(typeof at === 'string' ? { at } : {}),
			files,
			...(typeof minutes === 'number' ? { timeoutMinutes: minutes } : {}),
		};
	}

	#placeholders(name: string, command: readonly string[]): void {
		const known: readonly string[] = commandPlaceholders;
		const named = command.flatMap(word =>
			[...word.matchAll(/\{([a-z_]+)\}/g)].map(([, found = '']) => found),
		);
		for (const one of named.filter(found => !known.includes(found))) {
			const near = nearestName(one, known);
			if (near !== undefined) {
				this.#warn(`{${one}} is not filled in; did you mean {${near}}?`);
			}
		}
		if (!named.some(one => one === 'checkpoint' || one === 'run')) {
			this.#warn(`the command of “${name}” does not say {checkpoint}, the model to evaluate`);
		}
	}

	#fields(
		value: unknown,
		what: string,
		block: keyof typeof afterCheckpointKeys,
	): Fields | undefined {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			this.#error(
				`“${what}” is a block of ${afterCheckpointKeys[block].join(', ')}, not ${shown(value)}`,
			);
			return undefined;
		}
		const known: readonly string[] = afterCheckpointKeys[block];
		for (const name of Object.keys(value).filter(key => !known.includes(key))) {
			const near = nearestName(name, known);
			const hint = near === undefined ? `it knows ${known.join(', ')}` : `did you mean ${near}?`;
			this.#error(`“${what}” has no “${name}”; ${hint}`, 'argumentUnknown');
		}
		return value as Fields;
	}

	#error(message: string, code: FindingDraft['code'] = 'argumentType'): void {
		this.findings.push({ code, severity: 'error', message, key: afterCheckpointKey });
	}

	#warn(message: string): void {
		const code = 'argumentWithoutEffect';
		this.findings.push({ code, severity: 'warning', message, key: afterCheckpointKey });
	}
}

export function baseName(path: string): string {
	return path.split(/[\\/]/).at(-1) ?? path;
}

function isTexts(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every(one => typeof one === 'string' && one !== '');
}

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
