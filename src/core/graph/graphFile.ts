import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { yamlContent } from '../base/yamlContent';
import { nearestName } from '../training/nearestName';
import type {
	Graph,
	GraphFinding,
	GraphFindingCode,
	GraphNode,
	MatrixAxis,
	NodeKind,
} from './graph';
import type { PublishedNumbers, PublishedValue } from './publishedNumbers';

export interface ReadGraph {
	/** Without the nodes that could not be read. Undefined where nothing could be read. */
	readonly graph?: Graph;
	/** In order of their lines. */
	readonly findings: readonly GraphFinding[];
}

const topKeys = ['graph', 'description', 'nodes', 'published'];
const nodeKeys: Record<NodeKind, readonly string[]> = {
	data: ['pipeline', 'from', 'description'],
	train: ['recipe', 'from', 'data', 'eval_data', 'set', 'matrix', 'gpus', 'host', 'description'],
	answers: ['prompts', 'from', 'models', 'sampling', 'gpus', 'host', 'description'],
};
const kindKeys = { pipeline: 'data', recipe: 'train', prompts: 'answers' } as const;
const publishedKeys = ['metric', 'source', 'judge', 'protocol', 'prompts', 'values'];

/** A name that stands in names of runs and of files as it is. */
const plainName = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u;
const nameRule = 'letters, digits, “.”, “_” and “-”, at most 60, beginning with a letter or digit';

/** YAML is a graph where it names one and its nodes. */
export function isGraphText(text: string): boolean {
	return /^graph:/m.test(text) && /^nodes:/m.test(text);
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a graph file as far as it can be read. What its names refer to is looked at later. */
export function parseGraph(text: string): ReadGraph {
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
	const fault = document.errors[0];
	if (fault !== undefined) {
		return unreadable(fault.message, counter.linePos(fault.pos[0]).line);
	}
	const content = yamlContent(document);
	return isFields(content)
		? new GraphReader(document, counter, content).read()
		: unreadable('a graph is a list of “name: value”', 1);
}

function unreadable(message: string, line: number): ReadGraph {
	return { findings: [{ code: 'graphUnreadable', severity: 'error', message, line }] };
}

/** What is wrong goes into `findings`, and reading goes on behind it. */
class GraphReader {
	readonly #findings: GraphFinding[] = [];

	constructor(
		private readonly document: Document,
		private readonly counter: LineCounter,
		private readonly content: Fields,
	) {}

	read(): ReadGraph {
		this.#checkKeys(this.content, topKeys, []);
		const { graph: id, description, nodes, published } = this.content;
		if (typeof id !== 'string' || !plainName.test(id)) {
			this.#say('graphName', `“graph” names it: ${nameRule}`, ['graph']);
		}
		if (!isFields(nodes) || Object.keys(nodes).length === 0) {
			this.#say('graphNode', '“nodes” has at least one node, each “name: {recipe: FILE}”', [
				'nodes',
			]);
		}
		const read = Object.entries(isFields(nodes) ? nodes : {}).flatMap(
			([name, body]) => this.#node(name, body) ?? [],
		);
		const graph: Graph = {
			id: typeof id === 'string' ? id : '',
			...(typeof description === 'string' ? { description } : {}),
			nodes: read,
			published: this.#published(published),
		};
		return { graph, findings: this.#findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
	}

	#node(name: string, body: unknown): GraphNode | undefined {
		const path = ['nodes', name];
		const say = (message: string, key?: string, code: GraphFindingCode = 'graphNode'): void =>
			this.#say(code, message, key === undefined ? path : [...path, key], name);
		if (!plainName.test(name)) {
			say(`“${name}” cannot name a node: ${nameRule}`);
			return undefined;
		}
		const kinds = isFields(body)
			? Object.entries(kindKeys).filter(([key]) => Object.hasOwn(body, key))
			: [];
		const [found] = kinds;
		if (!isFields(body) || found === undefined || kinds.length > 1) {
			say(`“${name}” has one of recipe: FILE, pipeline: FILE or prompts: FILE`);
			return undefined;
		}
		const [fileKey, kind] = found;
		this.#checkKeys(body, nodeKeys[kind], path, name);
		const file = body[fileKey];
		if (typeof file !== 'string' || file.trim() === '') {
			say(`“${fileKey}” names a file, relative to the graph`, fileKey);
			return undefined;
		}
		const from = namesIn(body['from']);
		if (from === undefined || (kind === 'train' && from.length > 1)) {
			const rule = kind === 'train' ? 'one node' : 'a node, or a list of them';
			say(`“from” names ${rule}`, 'from');
		}
		const { description } = body;
		const base = {
			name,
			line: this.#lineOf(path),
			from: from ?? [],
			...(typeof description === 'string' ? { description } : {}),
		};
		switch (kind) {
			case 'data':
				return { ...base, kind, pipeline: file };
			case 'answers':
				return { ...base, kind, prompts: file, ...this.#answers(body, say), ...place(body, say) };
			case 'train':
				return { ...base, kind, recipe: file, ...this.#training(body, say), ...place(body, say) };
		}
	}

	#answers(body: Fields, say: Say): { models: string[]; sampling: Fields } {
		const models = namesIn(body['models']);
		if (models === undefined) {
			say('“models” is a list of base, run:ID[@step], path:… or hub:id@revision', 'models');
		}
		return { models: models ?? [], sampling: this.#fields(body['sampling'], 'sampling', say) };
	}

	#training(
		body: Fields,
		say: Say,
	): { data?: string; evalData?: string; set: Fields; matrix: MatrixAxis[] } {
		const one = (key: string): string | undefined => {
			const value = body[key];
			if (value !== undefined && typeof value !== 'string') {
				say(`“${key}” names a node with a pipeline`, key);
			}
			return typeof value === 'string' ? value : undefined;
		};
		const [data, evalData] = [one('data'), one('eval_data')];
		const set = this.#fields(body['set'], 'set', say);
		const matrix = this.#matrix(body['matrix'], say);
		for (const { key } of matrix) {
			if (Object.hasOwn(set, key)) {
				say(`“${key}” stands in “set” and in “matrix”; keep one`, 'matrix', 'graphMatrix');
			}
		}
		const taken = {
			method: 'another method is another recipe',
			name: 'stages are named by the graph',
			...(body['from'] === undefined
				? {}
				: { model_name_or_path: 'the model is that of the node in “from”' }),
		};
		for (const [key, reason] of Object.entries(taken)) {
			const isSet = Object.hasOwn(set, key);
			if (isSet || matrix.some(axis => axis.key === key)) {
				say(`“${key}” cannot be set: ${reason}`, isSet ? 'set' : 'matrix');
			}
		}
		return {
			...(data === undefined ? {} : { data }),
			...(evalData === undefined ? {} : { evalData }),
			set,
			matrix,
		};
	}

	#matrix(value: unknown, say: Say): MatrixAxis[] {
		const fields = this.#fields(value, 'matrix', say);
		return Object.entries(fields).flatMap(([key, values]) => {
			if (!Array.isArray(values) || values.length === 0) {
				say(`“${key}” in a matrix has a list of values: ${key}: [1, 2]`, 'matrix', 'graphMatrix');
				return [];
			}
			if (new Set(values.map(one => JSON.stringify(one))).size < values.length) {
				say(`“${key}” has a value twice`, 'matrix', 'graphMatrix');
				return [];
			}
			return [{ key, values }];
		});
	}

	#fields(value: unknown, key: string, say: Say): Fields {
		if (value === undefined || value === null) {
			return {};
		}
		if (!isFields(value)) {
			say(`“${key}” is a list of “name: value”`, key);
			return {};
		}
		return value;
	}

	#published(value: unknown): PublishedNumbers[] {
		if (value === undefined || value === null) {
			return [];
		}
		const wrong = (message: string): [] => {
			this.#say('graphPublished', message, ['published']);
			return [];
		};
		if (!Array.isArray(value)) {
			return wrong('“published” is a list of {metric, source, values}');
		}
		return value.flatMap((entry: unknown) => {
			const { metric, source, values } = isFields(entry) ? entry : {};
			if (!isFields(entry) || typeof metric !== 'string' || typeof source !== 'string') {
				return wrong('published numbers name their metric and their source');
			}
			this.#checkKeys(entry, publishedKeys, ['published']);
			const read = Object.entries(isFields(values) ? values : {}).map(
				([name, number]) => [name, publishedValue(number)] as const,
			);
			if (read.length === 0 || read.some(([, number]) => number === undefined)) {
				return wrong(`“values” of ${metric} is NODE: number, or NODE: [number, plus or minus]`);
			}
			const text = (key: string): Record<string, string> =>
				typeof entry[key] === 'string' ? { [key]: entry[key] } : {};
			const numbers = new Map(read.flatMap(([name, number]) => (number ? [[name, number]] : [])));
			return [
				{
					metric,
					source,
					values: numbers,
					...text('judge'),
					...text('protocol'),
					...text('prompts'),
				},
			];
		});
	}

	#checkKeys(
		fields: Fields,
		known: readonly string[],
		path: readonly string[],
		node?: string,
	): void {
		for (const key of Object.keys(fields)) {
			if (!known.includes(key)) {
				const near = nearestName(key, known);
				const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
				this.#say('graphKey', `unknown key “${key}”; ${hint}`, [...path, key], node);
			}
		}
	}

	#say(code: GraphFindingCode, message: string, path: readonly string[], node?: string): void {
		const line = this.#lineOf(path);
		const of = node === undefined ? {} : { node };
		this.#findings.push({ code, severity: 'error', message, line, ...of });
	}

	/** Of the key that the path leads to, or of the last one on the way that is there. */
	#lineOf(path: readonly string[]): number {
		let at: unknown = this.document.contents;
		let line = 1;
		for (const name of path) {
			const pair = isMap(at)
				? at.items.find(({ key }) => isScalar(key) && String(key.value) === name)
				: undefined;
			if (pair === undefined || !isScalar(pair.key) || !pair.key.range) {
				break;
			}
			line = this.counter.linePos(pair.key.range[0]).line;
			at = pair.value;
		}
		return line;
	}
}

type Say = (message: string, key?: string, code?: GraphFindingCode) => void;

function place(body: Fields, say: Say): { gpus?: number; host?: string } {
	const { gpus, host } = body;
	if (gpus !== undefined && !(Number.isInteger(gpus) && Number(gpus) >= 1)) {
		say('“gpus” is a whole number from 1', 'gpus');
	}
	if (host !== undefined && (typeof host !== 'string' || host === '')) {
		say('“host” names a host', 'host');
	}
	return {
		...(Number.isInteger(gpus) && Number(gpus) >= 1 ? { gpus: Number(gpus) } : {}),
		...(typeof host === 'string' && host !== '' ? { host } : {}),
	};
}

function publishedValue(value: unknown): PublishedValue | undefined {
	if (typeof value === 'number') {
		return { value };
	}
	const [number, plusMinus]: unknown[] = Array.isArray(value) ? value : [];
	return typeof number === 'number' && typeof plusMinus === 'number'
		? { value: number, plusMinus }
		: undefined;
}

/** One name or a list of them; undefined for anything else. */
function namesIn(value: unknown): string[] | undefined {
	const list: unknown[] = value === undefined || value === null ? [] : [value].flat();
	return list.every(one => typeof one === 'string' && one !== '') ? (list as string[]) : undefined;
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
