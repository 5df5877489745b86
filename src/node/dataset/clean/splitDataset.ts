import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Result } from '../../../core/base/result';
import { locationFrom, stemOf } from '../datasetLocation';
import { cleanDataset, type CleanOptions, type CleanReport } from './cleanDataset';

export interface SplitDatasetOptions extends Omit<CleanOptions, 'pipelinePath' | 'text'> {
	readonly path: string;
	/** Folder that gets `<name>.train.jsonl` and `<name>.test.jsonl`. */
	readonly outDir: string;
	/** Share of prompts on the test side, between 0 and 1. */
	readonly test: number;
	readonly seed: number;
	/** Similarity from which prompts stay together; `undefined` for equal ones only. */
	readonly near?: number;
}

/** A split is a pipeline of one step; its text is what the report calls it. */
export function splitDataset(options: SplitDatasetOptions): Promise<Result<CleanReport>> {
	const { path, outDir, test, seed, near, ...rest } = options;
	const name = stemOf(path);
	const text = stringify({
		source: locationFrom(outDir, path),
		out: `${name}.jsonl`,
		seed,
		steps: [{ split: { test, ...(near === undefined ? {} : { near }) } }],
	});
	return cleanDataset({ ...rest, pipelinePath: join(outDir, `${name}.split.yaml`), text });
}
