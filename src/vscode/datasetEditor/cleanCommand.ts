import * as vscode from 'vscode';
import { basename, dirname, join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { parsePipeline } from '../../core/dataset/clean/pipelineFile';
import { accountText } from '../../core/dataset/clean/accounting';
import type { CleanReport } from '../../node/dataset/clean/cleanDataset';
import type { DatasetEditorSession } from './datasetEditorSession';
import { isSaved, tellWritten, workWithProgress, type DatasetWorkServices } from './datasetWork';
import { confirmPreview, type WorkPreview } from './workPreview';

/** Rows a step to judge it by. */
const samples = 50;

/** Runs a pipeline of the workspace: a preview first, then the files, with an account of every row. */
export async function cleanDataset(
	session: DatasetEditorSession | undefined,
	services: DatasetWorkServices,
): Promise<void> {
	if (session && !(await isSaved(session))) {
		return;
	}
	const pipelinePath = await askPipeline(session);
	if (pipelinePath === undefined) {
		return;
	}
	const name = basename(pipelinePath);
	const task = { pipelinePath, version: services.version, samples };
	const title = `Running ${name}`;
	const tried = await workWithProgress(services, title, 'clean', { ...task, dryRun: true });
	if (!tried || !(await confirmPreview(previewOf(name, tried), services.changes))) {
		return;
	}
	const done = await workWithProgress(services, title, 'clean', task);
	if (done) {
		await tellWritten(services, writtenText(done), done.out[0]?.path ?? '', done.accounting);
	}
}

/** Parts the dataset into train and test, all rows of a prompt on one side. */
export async function splitDataset(
	session: DatasetEditorSession,
	services: DatasetWorkServices,
): Promise<void> {
	const { path } = session.document.model.file;
	const rules = (await isSaved(session)) ? await askSplit() : undefined;
	if (rules === undefined) {
		return;
	}
	const task = {
		path,
		outDir: dirname(path),
		...rules,
		version: services.version,
		samples,
	};
	const title = `Splitting ${basename(path)}`;
	const tried = await workWithProgress(services, title, 'split', { ...task, dryRun: true });
	if (!tried || !(await confirmPreview(previewOf('Split', tried), services.changes))) {
		return;
	}
	const done = await workWithProgress(services, title, 'split', task);
	if (done) {
		await tellWritten(services, writtenText(done), done.out[0]?.path ?? '', done.accounting);
	}
}

function previewOf(title: string, report: CleanReport): WorkPreview {
	const { steps, out, notApplied, sources } = report;
	const other = sources.filter(({ isOther }) => isOther);
	return {
		title,
		steps,
		out,
		samples: report.samples,
		notes: [
			...other.map(({ path }) => `${path} is another version than the pipeline was made for`),
			...notApplied.slice(0, 20).map(({ step, id, reason }) => `${step}: ${id}: ${reason}`),
		],
	};
}

function writtenText({ out, total }: CleanReport): string {
	const files = out.map(
		({ path, rows }) => `${basename(path)} (${rows.toLocaleString('en-US')} rows)`,
	);
	return `Wrote ${files.join(' and ')}: ${accountText(total)}.`;
}

interface SplitRules {
	readonly test: number;
	readonly seed: number;
	/** Similarity from which prompts stay together; absent for equal ones only. */
	readonly near?: number;
}

async function askSplit(): Promise<SplitRules | undefined> {
	const test = await askNumber({
		step: 1,
		prompt: 'Share of prompts on the test side. Rows of one prompt stay together.',
		value: '0.05',
		fault: value => (Number(value) > 0 && Number(value) < 1 ? '' : 'A number between 0 and 1.'),
	});
	const near =
		test === undefined
			? undefined
			: await askNumber({
					step: 2,
					prompt:
						'Similarity from which prompts stay together too: the share of word triples in common. 1 for equal prompts only.',
					value: '0.8',
					fault: value =>
						Number(value) >= 0.5 && Number(value) <= 1 ? '' : 'A number from 0.5 to 1.',
				});
	const seed =
		near === undefined
			? undefined
			: await askNumber({
					step: 3,
					prompt: 'Seed of the draw. The same seed always parts the same prompts.',
					value: '0',
					fault: value => (/^\d{1,9}$/.test(value.trim()) ? '' : 'A whole number from 0 on.'),
				});
	return test === undefined || near === undefined || seed === undefined
		? undefined
		: { test, seed, ...(near === 1 ? {} : { near }) };
}

async function askNumber(asked: {
	readonly step: number;
	readonly prompt: string;
	readonly value: string;
	/** What is wrong with the text; empty for nothing. */
	readonly fault: (text: string) => string;
}): Promise<number | undefined> {
	const { step, prompt, value, fault } = asked;
	const text = await vscode.window.showInputBox({
		title: `Split into Train and Test (${step}/3)`,
		prompt,
		value,
		ignoreFocusOut: true,
		validateInput: typed => (typed.trim() === '' ? 'A number.' : fault(typed)),
	});
	return text === undefined ? undefined : Number(text);
}

interface PipelineItem extends vscode.QuickPickItem {
	readonly path?: string;
}

/** A pipeline of the workspace; those that read the dataset in front come first. */
async function askPipeline(session: DatasetEditorSession | undefined): Promise<string | undefined> {
	const own = session?.document.model.name;
	const files = await vscode.workspace.findFiles('**/*.{yaml,yml}', '**/node_modules/**', 500);
	const items: PipelineItem[] = [];
	for (const { fsPath } of files) {
		const parsed = parsePipeline(await readFile(fsPath, 'utf8'), fsPath);
		if (parsed.ok) {
			const sources = parsed.value.sources.map(({ path }) => basename(path));
			const isOwn = own !== undefined && sources.includes(own);
			items.splice(isOwn ? 0 : items.length, 0, {
				label: basename(fsPath),
				description: vscode.workspace.asRelativePath(dirname(fsPath)),
				detail: `${sources.join(', ')} → ${parsed.value.out}, ${parsed.value.steps.length} steps`,
				path: fsPath,
			});
		}
	}
	const fresh: PipelineItem = { label: '$(add) New pipeline for this dataset…' };
	const picked = await vscode.window.showQuickPick(session ? [...items, fresh] : items, {
		title: 'Clean with Pipeline',
		placeHolder:
			items.length === 0
				? 'No pipeline in this folder yet'
				: 'The pipeline to run; nothing is written before you have seen what it does',
		ignoreFocusOut: true,
	});
	if (picked === fresh && session) {
		await newPipeline(session.document.model.file.path);
		return undefined;
	}
	return picked?.path;
}

/** Writes a pipeline to begin with, where there is none, and opens it. */
async function newPipeline(dataset: string): Promise<void> {
	const name = basename(dataset);
	const stem = name.replace(/\..*$/, '');
	const path = join(dirname(dataset), `${stem}.clean.yaml`);
	const text = [
		`# Run it by “Windsock: Clean with Pipeline…”, or: windsock clean ${basename(path)}`,
		`source: ${JSON.stringify(name)}`,
		`out: ${JSON.stringify(`${stem}.clean.jsonl`)}`,
		'seed: 0',
		'steps:',
		'  - labels: apply # leaves out what is labelled drop',
		'  - drop: finding:preface',
		'  - fix: truecase',
		'  - dedupe: exact',
		'  # - dedupe: {near: 0.8}',
		'  # - decontaminate: {files: [mt_bench.jsonl], ngram: 8}',
		'',
	].join('\n');
	// An older one is kept.
	await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'EEXIST') {
			throw error;
		}
	});
	await vscode.window.showTextDocument(vscode.Uri.file(path));
}
