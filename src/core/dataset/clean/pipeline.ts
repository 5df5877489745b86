import type { OverlapRule } from '../near/promptOverlap';
import { fixNames, type FixName } from './fixRow';

/** One row that a person wrote anew. */
export interface HandEdit {
	/** Example id, as in annotations. */
	readonly id: string;
	/** Content hash of the row that was edited: another one is not touched. */
	readonly before: string;
	/** Content hash of the row after it; checked when given. */
	readonly after?: string;
	/** The new row as JSON on one line, or `null` for a row that was deleted. */
	readonly row: string | null;
}

/** One step of a pipeline. Steps work on what the step before them left. */
export type PipelineStep =
	| { readonly kind: 'keep' | 'drop'; readonly query: string }
	| { readonly kind: 'fix'; readonly fix: FixName }
	/** `apply` leaves out what is labelled drop; `onlyKept` takes nothing but what is labelled keep. */
	| { readonly kind: 'labels'; readonly rule: 'apply' | 'onlyKept' }
	/** Edits stand in the pipeline itself or in a JSONL file beside it. */
	| { readonly kind: 'edits'; readonly edits: readonly HandEdit[]; readonly path?: string }
	/** A number of rows, or a share below 1. */
	| { readonly kind: 'sample'; readonly size: number }
	/** With a threshold also near duplicates, by Jaccard similarity. */
	| { readonly kind: 'dedupe'; readonly near?: number }
	/** Rows whose prompt stands in one of the files go; with a rule also where only parts of it do. */
	| {
			readonly kind: 'decontaminate';
			readonly paths: readonly string[];
			readonly overlap?: OverlapRule;
	  }
	| { readonly kind: 'split'; readonly test: number; readonly near?: number };

export type StepKind = PipelineStep['kind'];

export interface PipelineSource {
	/** As written, relative to the pipeline's folder. */
	readonly path: string;
	/** SHA-256 of the file that the pipeline was made for. */
	readonly sha256?: string;
	/** Share of its rows that is taken, above 0 and at most 1. */
	readonly weight: number;
}

/** What is done to a dataset, as a file that can be run again. */
export interface Pipeline {
	readonly sources: readonly PipelineSource[];
	/** As written, relative to the pipeline's folder. */
	readonly out: string;
	readonly seed: number;
	readonly steps: readonly PipelineStep[];
}

/** The step in the words of its file: `drop finding:preface`. */
export function stepText(step: PipelineStep): string {
	switch (step.kind) {
		case 'keep':
		case 'drop':
			return `${step.kind} ${step.query}`;
		case 'fix':
			return `fix ${step.fix}`;
		case 'labels':
			return `labels ${step.rule}`;
		case 'edits':
			return step.path === undefined ? `edits ${step.edits.length}` : `edits ${step.path}`;
		case 'sample':
			return `sample ${step.size}`;
		case 'dedupe':
			return step.near === undefined ? 'dedupe exact' : `dedupe near ${step.near}`;
		case 'decontaminate':
			return `decontaminate ${step.paths.join(' ')}${step.overlap ? ` by ${step.overlap.ngram} words, share ${step.overlap.share}` : ''}`;
		case 'split':
			return `split test ${step.test}${step.near === undefined ? '' : ` near ${step.near}`}`;
	}
}

/** Whether a word names a fix. */
export function isFixName(word: unknown): word is FixName {
	return (fixNames as readonly unknown[]).includes(word);
}
