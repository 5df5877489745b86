import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import type { Result } from '../../../core/base/result';
import type { StepAccount } from '../../../core/dataset/clean/accounting';
import { stepText, type Pipeline, type PipelineStep } from '../../../core/dataset/clean/pipeline';
import { parsePipeline } from '../../../core/dataset/clean/pipelineFile';
import { isHubLocation } from '../../../core/dataset/hub/hubLocation';
import { isTestSplitName } from '../../../core/dataset/clean/testSplitName';
import { NearTexts } from '../../../core/dataset/clean/nearTexts';
import { PromptSplit } from '../../../core/dataset/clean/promptSplit';
import type { Progress } from '../../../core/training/launchRequest';
import { locationIn } from '../datasetLocation';
import { expected } from '../expected';
import { sha256 } from '../hash';
import { AccountingFolder, accountingPath, forgetfulLedger } from './accountingFolder';
import { CleanSource } from './cleanSource';
import { compileSteps, type NotApplied } from './compileSteps';
import { datasetHash } from './fileHash';
import type { ChangeSample } from './changeSamples';
import { PipelineRun } from './pipelineRun';
import { checkTargets, writeLineage, writeRows, type WrittenFile } from './resultFiles';
import { splitPaths } from './splitPaths';

export interface CleanOptions {
	readonly pipelinePath: string;
	/** The pipeline's text when it is not on disk yet. */
	readonly text?: string;
	/** Only tells what would come out. */
	readonly dryRun?: boolean;
	/** Version of Windsock, for the lineage. */
	readonly version: string;
	/** Changed and dropped rows to show as samples; none by default. */
	readonly samples?: number;
	/** Folder that has the labels of datasets that are not on this machine. */
	readonly workspace?: string;
	readonly signal?: AbortSignal;
	readonly progress?: Progress;
}

export interface CleanReport {
	readonly pipeline: string;
	readonly sources: readonly {
		readonly path: string;
		readonly sha256: string;
		readonly rows: number;
		/** Another file than the one that the pipeline names. */
		readonly isOther: boolean;
	}[];
	readonly steps: readonly StepAccount[];
	/** The way through all steps: a row that any step changed is changed. */
	readonly total: StepAccount;
	readonly notApplied: readonly NotApplied[];
	/** What was written, or would be. */
	readonly out: readonly WrittenFile[];
	/** Folder whose files list the rows of each bucket. */
	readonly accounting?: string;
	readonly samples: readonly ChangeSample[];
}

/** Runs a pipeline. The same pipeline on the same files writes the same bytes. */
export function cleanDataset(options: CleanOptions): Promise<Result<CleanReport>> {
	return expected(async () => {
		const { pipelinePath } = options;
		const pipeline = await readPipeline(pipelinePath, options.text);
		const folder = dirname(pipelinePath);
		const paths = pipeline.sources.map(({ path }) => locationIn(folder, path));
		const outs = splitPaths(resolve(folder, pipeline.out), isSplit(pipeline));
		await checkTargets(outs, [...paths, ...filesOfSteps(folder, pipeline)]);
		checkMixture(pipeline);
		const sources = await openSources(paths, pipeline, options);
		try {
			return await run({ ...options, pipeline, folder, sources, outs });
		} finally {
			for (const { source } of sources) {
				await source.close();
			}
		}
	});
}

/** What steps read beside the sources. */
function filesOfSteps(folder: string, { steps }: Pipeline): string[] {
	return steps
		.flatMap(step => {
			switch (step.kind) {
				case 'edits':
					return step.path === undefined ? [] : [step.path];
				case 'decontaminate':
					return step.paths;
				default:
					return [];
			}
		})
		.map(path => locationIn(folder, path));
}

interface OpenSource {
	readonly source: CleanSource;
	readonly sha256: string;
	readonly written: string;
	readonly isOther: boolean;
}

interface RunParts extends CleanOptions {
	readonly pipeline: Pipeline;
	readonly folder: string;
	readonly sources: readonly OpenSource[];
	readonly outs: readonly string[];
}

async function run(parts: RunParts): Promise<CleanReport> {
	const { pipeline, pipelinePath, folder, outs, version, signal } = parts;
	const isTrial = parts.dryRun === true;
	const sources = parts.sources.map(({ source }) => source);
	const notApplied = new Map<string, NotApplied>();
	const told = (entry: NotApplied): void =>
		void notApplied.set(JSON.stringify([entry.step, entry.id, entry.reason]), entry);
	const context = { pipeline, pipelinePath, folder, sources, notApplied: told };
	const steps = await compileSteps({ ...context, ...(signal ? { signal } : {}) });
	// Named after what is written: beside its source, a split must not replace the source's own account.
	const target = accountingPath(outs[0] ?? '');
	const ledger = isTrial ? undefined : await AccountingFolder.create(target);
	const split = pipeline.steps.find(step => step.kind === 'split');
	try {
		const work = new PipelineRun({
			sources,
			steps,
			seed: pipeline.seed,
			ledger: ledger ?? forgetfulLedger,
			samples: parts.samples ?? 0,
			...(split ? { split: promptSplit(split, pipeline.seed) } : {}),
			...(parts.progress ? { progress: parts.progress } : {}),
			...(signal ? { signal } : {}),
		});
		await work.decide();
		const lineEnd = sources[0]?.lineEnd ?? Uint8Array.of(10);
		const out = await writeRows(outs, { isTrial, lineEnd }, async writers => {
			await work.write(writers);
			await ledger?.commit();
		});
		const report: CleanReport = {
			pipeline: pipelinePath,
			sources: parts.sources.map(({ source, sha256: hash, written, isOther }) => ({
				path: written,
				sha256: hash,
				rows: source.count,
				isOther,
			})),
			...work.accounts(),
			notApplied: [...notApplied.values()],
			out,
			...(isTrial ? {} : { accounting: target }),
			samples: work.samples(),
		};
		if (!isTrial) {
			await writeLineages(report, pipeline, version, split !== undefined);
		}
		return report;
	} catch (error) {
		await ledger?.discard();
		throw error;
	}
}

async function writeLineages(
	report: CleanReport,
	pipeline: Pipeline,
	version: string,
	isSplitUp: boolean,
): Promise<void> {
	const { steps, total, notApplied } = report;
	for (const [i, out] of report.out.entries()) {
		await writeLineage({
			windsock: version,
			work: 'clean',
			sources: report.sources.map(({ path, sha256: hash, rows }) => ({ path, sha256: hash, rows })),
			options: { pipeline: basename(report.pipeline), seed: pipeline.seed },
			steps: [...steps, total],
			notApplied,
			out,
			...(isSplitUp ? { split: i === 0 ? ('train' as const) : ('test' as const) } : {}),
		});
	}
}

function isSplit(pipeline: Pipeline): boolean {
	return pipeline.steps.some(({ kind }) => kind === 'split');
}

function promptSplit(
	step: Extract<PipelineStep, { kind: 'split' }>,
	seed: number,
): { text: string; sides: PromptSplit } {
	return {
		text: stepText(step),
		sides: new PromptSplit({
			test: step.test,
			seed,
			hash: sha256,
			...(step.near === undefined ? {} : { near: new NearTexts(step.near) }),
		}),
	};
}

/** A test split may be cleaned by itself; mixed with others or split anew it is one no longer. */
function checkMixture(pipeline: Pipeline): void {
	const test = pipeline.sources.find(({ path }) => isTestSplitName(path));
	if (
		!test ||
		(pipeline.sources.every(({ path }) => isTestSplitName(path)) && !isSplit(pipeline))
	) {
		return;
	}
	const reason = isSplit(pipeline)
		? 'it would be split once more'
		: 'it would be mixed with other data';
	throw new WindsockError('testSplitMixed', { path: test.path, reason });
}

async function openSources(
	paths: readonly string[],
	pipeline: Pipeline,
	{ signal, progress, workspace }: CleanOptions,
): Promise<OpenSource[]> {
	const opened: OpenSource[] = [];
	let firstIndex = 0;
	try {
		for (const [i, path] of paths.entries()) {
			progress?.report(`Reading ${basename(path)}`);
			const { path: written = '', sha256: named } = pipeline.sources[i] ?? {};
			const source = await CleanSource.open(path, {
				firstIndex,
				isOneOfMany: paths.length > 1,
				...(workspace === undefined ? {} : { workspace }),
			});
			if (!source.ok) {
				throw source.error;
			}
			const one = { source: source.value, sha256: '', written, isOther: false };
			opened.push(one);
			if (isHubLocation(written)) {
				// With the commit that was read: the revision may name another one tomorrow.
				one.written = source.value.file.path;
			}
			one.sha256 = await datasetHash(source.value.file, signal);
			one.isOther = named !== undefined && named !== one.sha256;
			firstIndex += source.value.count;
		}
		return opened;
	} catch (error) {
		for (const { source } of opened) {
			await source.close();
		}
		throw error;
	}
}

async function readPipeline(path: string, text?: string): Promise<Pipeline> {
	let read = text;
	try {
		read ??= await readFile(path, 'utf8');
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		const code = missing ? 'fileMissing' : 'fileUnreadable';
		throw new WindsockError(code, { path, reason: reasonOf(error) }, { cause: error });
	}
	const parsed = parsePipeline(read, path);
	if (!parsed.ok) {
		throw parsed.error;
	}
	return parsed.value;
}
