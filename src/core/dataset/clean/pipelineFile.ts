import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { WindsockError } from '../../base/errors';
import { err, ok, type Result } from '../../base/result';
import { isObject, type JsonObject } from '../messageShapes';
import { usualOverlap, type OverlapRule } from '../near/promptOverlap';
import { fixNames } from './fixRow';
import {
	isFixName,
	type HandEdit,
	type Pipeline,
	type PipelineSource,
	type PipelineStep,
} from './pipeline';

/** What is wrong, with the key it is about for its line. */
class Fault extends Error {
	constructor(
		message: string,
		readonly key?: string,
		readonly step?: number,
	) {
		super(message);
	}
}

const topKeys = ['source', 'source_sha256', 'sources', 'out', 'seed', 'steps', 'description'];

/**
 * Reads a pipeline file.
 *
 * @param path only for the error, which names the line of the first fault
 */
export function parsePipeline(text: string, path: string): Result<Pipeline> {
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
	const invalid = (line: number, message: string): Result<Pipeline> =>
		err(new WindsockError('pipelineInvalid', { path, reason: `line ${line}: ${message}` }));
	const [wrong] = document.errors;
	if (wrong) {
		return invalid(counter.linePos(wrong.pos[0]).line, wrong.message);
	}
	try {
		const content: unknown = document.toJS({ maxAliasCount: 100 });
		if (!isObject(content)) {
			throw new Fault('a pipeline is a list of “name: value”');
		}
		return ok(readPipeline(content));
	} catch (error) {
		if (error instanceof Fault) {
			return invalid(lineOf(document, counter, error), error.message);
		}
		if (error instanceof ReferenceError) {
			return invalid(1, 'its aliases go too deep');
		}
		throw error;
	}
}

function readPipeline(content: JsonObject): Pipeline {
	for (const key of Object.keys(content)) {
		if (!topKeys.includes(key)) {
			throw new Fault(`unknown key “${key}”; known are ${topKeys.join(', ')}`, key);
		}
	}
	const { out, seed = 0, steps = [] } = content;
	if (typeof out !== 'string' || !/\.(?:jsonl|ndjson)$/i.test(out)) {
		throw new Fault('“out” names the JSONL file to write', 'out');
	}
	if (typeof seed !== 'number' || !Number.isSafeInteger(seed)) {
		throw new Fault('“seed” is a whole number', 'seed');
	}
	if (!Array.isArray(steps)) {
		throw new Fault('“steps” is a list', 'steps');
	}
	const read = steps.map((step: unknown, i) => readStep(step, i));
	const split = read.findIndex(({ kind }) => kind === 'split');
	if (split >= 0 && split < read.length - 1) {
		throw new Fault('a split is the last step', 'steps', split);
	}
	return { sources: readSources(content), out, seed, steps: read };
}

function readSources(content: JsonObject): PipelineSource[] {
	const { source, sources, source_sha256: sha256 } = content;
	if (typeof source === 'string' && sources === undefined) {
		return [{ path: source, weight: 1, ...(typeof sha256 === 'string' ? { sha256 } : {}) }];
	}
	if (source !== undefined || !Array.isArray(sources) || sources.length === 0) {
		throw new Fault('“source: FILE” or a list “sources:” says what to read', 'sources');
	}
	return sources.map((entry: unknown) => {
		const { path, weight = 1, sha256 } = isObject(entry) ? entry : { path: entry };
		if (typeof path !== 'string') {
			throw new Fault('each source has a path', 'sources');
		}
		if (typeof weight !== 'number' || !(weight > 0 && weight <= 1)) {
			throw new Fault('a weight is the share of rows to take, above 0 and at most 1', 'sources');
		}
		return { path, weight, ...(typeof sha256 === 'string' ? { sha256 } : {}) };
	});
}

function readStep(step: unknown, index: number): PipelineStep {
	const fault = (message: string): Fault => new Fault(message, 'steps', index);
	if (!isObject(step) || Object.keys(step).length !== 1) {
		throw fault('a step is one “name: value”');
	}
	const [[kind, value] = ['', undefined]] = Object.entries(step);
	switch (kind) {
		case 'keep':
		case 'drop':
			if (typeof value === 'string' && value.trim() !== '') {
				return { kind, query: value.trim() };
			}
			throw fault(`“${kind}” takes a query: ${kind}: finding:preface`);
		case 'fix':
			if (isFixName(value)) {
				return { kind, fix: value };
			}
			throw fault(`“fix” takes one of ${fixNames.join(', ')}`);
		case 'labels':
			if (value === 'apply' || value === 'onlyKept') {
				return { kind, rule: value };
			}
			throw fault('“labels” takes apply or onlyKept');
		case 'edits':
			return readEdits(value, fault);
		case 'sample':
			return { kind, size: readSample(value, fault) };
		case 'dedupe':
			return { kind, ...readNear(value === 'exact' ? {} : value, fault) };
		case 'decontaminate':
			return { kind, ...readContamination(value, fault) };
		case 'split':
			return readSplit(value, fault);
		default:
			throw fault(
				`unknown step “${kind}”; use keep, drop, fix, labels, edits, sample, dedupe, decontaminate or split`,
			);
	}
}

type MakeFault = (message: string) => Fault;

function readEdits(value: unknown, fault: MakeFault): PipelineStep {
	if (typeof value === 'string') {
		return { kind: 'edits', edits: [], path: value };
	}
	if (!Array.isArray(value)) {
		throw fault('“edits” is a list, or the name of a JSONL file');
	}
	const edits = value.map(readEdit);
	const wrong = edits.indexOf(undefined);
	if (wrong >= 0) {
		throw fault(`edit ${wrong + 1} needs id, before and row`);
	}
	return { kind: 'edits', edits: edits.filter(edit => edit !== undefined) };
}

/** One hand edit, as it stands in a pipeline or in a line of an edits file. */
export function readEdit(value: unknown): HandEdit | undefined {
	if (!isObject(value)) {
		return undefined;
	}
	const { id, before, after, row } = value;
	const isWhole = typeof id === 'string' && typeof before === 'string';
	return isWhole && (typeof row === 'string' || row === null)
		? { id, before, row, ...(typeof after === 'string' ? { after } : {}) }
		: undefined;
}

function readSample(value: unknown, fault: MakeFault): number {
	if (typeof value === 'number' && value > 0 && (value < 1 || Number.isInteger(value))) {
		return value;
	}
	throw fault('“sample” takes a number of rows, or a share below 1');
}

function readNear(value: unknown, fault: MakeFault): { near?: number } {
	const near = isObject(value) ? value['near'] : value;
	if (near === undefined && isObject(value)) {
		return {};
	}
	if (typeof near === 'number' && near >= 0.5 && near <= 1) {
		return { near };
	}
	throw fault('near duplicates take a similarity from 0.5 to 1: near: 0.8');
}

function readPaths(value: unknown, fault: MakeFault): string[] {
	const paths: unknown[] = Array.isArray(value) ? value : [value];
	if (paths.length > 0 && paths.every(path => typeof path === 'string')) {
		return paths;
	}
	throw fault('“decontaminate” takes files with the prompts that must not be trained on');
}

function readContamination(
	value: unknown,
	fault: MakeFault,
): { paths: string[]; overlap?: OverlapRule } {
	if (!isObject(value)) {
		return { paths: readPaths(value, fault) };
	}
	const { ngram = usualOverlap.ngram, share = usualOverlap.share } = value;
	if (typeof ngram !== 'number' || !Number.isInteger(ngram) || ngram < 2) {
		throw fault('“ngram” is a whole number of words, at least 2');
	}
	if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
		throw fault('“share” is the share of a prompt that must be found, above 0 and at most 1');
	}
	return { paths: readPaths(value['files'], fault), overlap: { ngram, share } };
}

function readSplit(value: unknown, fault: MakeFault): PipelineStep {
	const options: JsonObject = isObject(value) ? value : { test: value };
	const { test } = options;
	if (typeof test !== 'number' || !(test > 0 && test < 1)) {
		throw fault('“split” takes the share of the test split, between 0 and 1');
	}
	return { kind: 'split', test, ...readNear({ near: options['near'] }, fault) };
}

/** Line of what a fault is about, from 1. */
function lineOf(document: Document, counter: LineCounter, { key, step }: Fault): number {
	if (!isMap(document.contents) || key === undefined) {
		return 1;
	}
	const pair = document.contents.items.find(
		({ key: name }) => isScalar(name) && name.value === key,
	);
	const item = step !== undefined && isSeq(pair?.value) ? pair.value.items[step] : pair?.key;
	const range = item !== null && typeof item === 'object' ? Reflect.get(item, 'range') : undefined;
	const start: unknown = Array.isArray(range) ? range[0] : undefined;
	return typeof start === 'number' ? counter.linePos(start).line : 1;
}
