import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import { locationIn } from '../../node/dataset/datasetLocation';
import { splitDataset } from '../../node/dataset/clean/splitDataset';
import type { Answer, Output } from '../output';
import { cleaningText } from './clean';

export interface SplitCommandOptions {
	readonly test: number;
	readonly seed: number;
	/** 0: only equal prompts stay together. */
	readonly near: number;
	readonly outDir: string;
	readonly dryRun?: boolean;
}

export async function split(
	file: string,
	options: SplitCommandOptions,
	{ output, version, signal }: { output: Output; version: string; signal: AbortSignal },
): Promise<Result<Answer>> {
	const { test, seed, near, dryRun } = options;
	const outDir = resolve(options.outDir);
	if (dryRun !== true) {
		await mkdir(outDir, { recursive: true });
	}
	const parted = await splitDataset({
		path: locationIn(process.cwd(), file),
		outDir,
		test,
		seed,
		...(near === 0 ? {} : { near }),
		dryRun: dryRun === true,
		version,
		signal,
		progress: output.progress,
	});
	return parted.ok
		? ok({ json: { split: parted.value }, text: cleaningText(parted.value) })
		: parted;
}
