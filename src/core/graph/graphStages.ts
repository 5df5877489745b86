import { nearestName } from '../training/nearestName';
import type { Graph, GraphFinding, GraphNode, MatrixAxis } from './graph';

/** One run or one piece of data work of a graph: a node, or one combination of its matrix. */
export interface Stage {
	/** Readable and the only one of that name; also names its run. */
	readonly name: string;
	readonly node: GraphNode;
	/** Names of the stages that its models, or its order, come from. */
	readonly from: readonly string[];
	/** Names of the data stages it trains and evaluates on. */
	readonly data?: string;
	readonly evalData?: string;
	/** What the matrix sets, its own and, for reading, not that of the stage it comes from. */
	readonly chosen: Readonly<Record<string, unknown>>;
	/** Longest way from a stage without one before it; the column on a board. */
	readonly column: number;
}

export interface StagedGraph {
	readonly id: string;
	/** Each behind those it comes from; beyond that in the order of the file. */
	readonly stages: readonly Stage[];
}

/** More would be a mistake in a matrix rather than an experiment. */
export const mostStages = 256;

/** Short words for what is varied most. */
const shortKeys: Readonly<Record<string, string>> = {
	num_train_epochs: 'epochs',
	learning_rate: 'lr',
	per_device_train_batch_size: 'batch',
	gradient_accumulation_steps: 'accumulation',
	model_name_or_path: 'model',
};

/**
 * Expands the matrices of a graph and puts its stages in order. Either all stages come back or what
 * is wrong with the names, in order of lines.
 */
export function stagesOf(
	graph: Graph,
):
	| { readonly ok: true; readonly staged: StagedGraph }
	| { readonly ok: false; readonly findings: readonly GraphFinding[] } {
	const counted = countsOf(graph);
	const byNode = new Map(graph.nodes.map(node => [node.name, node]));
	const referenceFindings = graph.nodes.flatMap(node => [
		...wrongReferences(node, byNode, counted),
	]);
	const cycle = cycleIn(graph, byNode);
	const findings = [
		...referenceFindings,
		...(cycle === undefined ? [] : [cycle]),
		...publishedFindings(graph, byNode, counted),
	];
	const total = cycle === undefined ? totalStages(graph, byNode) : 0;
	if (total > mostStages) {
		const message = `the graph has ${total} stages; at most ${mostStages} run: shorten a matrix`;
		const widest = graph.nodes.toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
		const place = widest === undefined ? {} : { line: widest.line, node: widest.name };
		findings.push({ code: 'graphMatrix', severity: 'error', message, ...place });
	}
	if (findings.length > 0) {
		return { ok: false, findings: findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
	}
	const { stages, missing } = expand(graph);
	const wrong = [...missing, ...sameNames(stages)];
	return wrong.length > 0
		? { ok: false, findings: wrong }
		: { ok: true, staged: { id: graph.id, stages } };
}

/** Everything that comes after a stage, directly or through others. */
export function stagesAfter(stages: readonly Stage[], name: string): ReadonlySet<string> {
	const after = new Set<string>();
	for (const stage of stages) {
		if (before(stage).some(one => one === name || after.has(one))) {
			after.add(stage.name);
		}
	}
	return after;
}

/** The stages that a stage waits for. */
export function before({ from, data, evalData }: Stage): readonly string[] {
	return [...new Set([...from, ...(data ? [data] : []), ...(evalData ? [evalData] : [])])];
}

/**
 * Stages that hand on a checkpoint have to be on one host: the first stage of its family, by stage.
 * Data is made on this machine and ties nothing together.
 */
export function familiesOf(stages: readonly Stage[]): ReadonlyMap<string, string> {
	const root = new Map<string, string>();
	const rootOf = (name: string): string => {
		const up = root.get(name) ?? name;
		return up === name ? name : rootOf(up);
	};
	for (const stage of stages.filter(({ node }) => node.kind !== 'data')) {
		root.set(stage.name, stage.name);
		for (const parent of stage.from) {
			const [a, b] = [rootOf(parent), rootOf(stage.name)];
			root.set(b, a);
		}
	}
	return new Map([...root.keys()].map(name => [name, rootOf(name)]));
}

/** How many combinations the matrix of a node has. */
export function sizeOf(node: GraphNode): number {
	return axesOf(node).reduce((size, { values }) => size * values.length, 1);
}

function axesOf(node: GraphNode): readonly MatrixAxis[] {
	return node.kind === 'train' ? node.matrix : [];
}

/** The names that stages get by their own matrix, without expanding what is too much. */
function countsOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
	return new Map(
		graph.nodes.map(node => [
			node.name,
			sizeOf(node) > mostStages
				? []
				: combinations(axesOf(node)).map(one => node.name + suffix(one)),
		]),
	);
}

function* wrongReferences(
	node: GraphNode,
	byNode: ReadonlyMap<string, GraphNode>,
	own: ReadonlyMap<string, readonly string[]>,
): Generator<GraphFinding> {
	const say = (message: string): GraphFinding => ({
		code: 'graphReference',
		severity: 'error',
		message,
		line: node.line,
		node: node.name,
	});
	const wanted = node.kind === 'data' ? 'data' : 'train';
	const references: (readonly [key: string, name: string, kind: 'data' | 'train'])[] =
		node.from.map(name => ['from', name, wanted] as const);
	if (node.kind === 'train') {
		references.push(
			...(node.data === undefined ? [] : [['data', node.data, 'data'] as const]),
			...(node.evalData === undefined ? [] : [['eval_data', node.evalData, 'data'] as const]),
		);
	}
	for (const [key, name, kind] of references) {
		const target = byNode.get(name) ?? nodeOfStage(name, byNode, own);
		if (target === undefined) {
			const near = nearestName(
				name,
				[...byNode.keys()].filter(one => one !== node.name),
			);
			const hint = near === undefined ? 'no node has that name' : `did you mean ${near}?`;
			yield say(`“${key}: ${name}” of ${node.name}: ${hint}`);
		} else if (target.kind !== kind) {
			const is = { data: 'makes data', train: 'trains a model', answers: 'collects answers' };
			const needs = kind === 'data' ? 'a node with a pipeline' : 'a node with a recipe';
			yield say(`“${key}: ${name}” of ${node.name}: it ${is[target.kind]}; name ${needs}`);
		}
	}
	if (node.kind === 'answers' && node.from.length + node.models.length === 0) {
		yield say(`${node.name} has no models: “from” names the nodes whose models answer`);
	}
}

/** The node that has a stage of this name by its own matrix. */
function nodeOfStage(
	name: string,
	byNode: ReadonlyMap<string, GraphNode>,
	own: ReadonlyMap<string, readonly string[]>,
): GraphNode | undefined {
	for (const [node, stages] of own) {
		if (stages.includes(name)) {
			return byNode.get(node);
		}
	}
	// By that of the node it comes from: NODE…-of-STAGE.
	const head = [...byNode.keys()]
		.filter(node => name.startsWith(node) && name.includes('-of-'))
		.toSorted((a, b) => b.length - a.length)[0];
	return head === undefined ? undefined : byNode.get(head);
}

function* publishedFindings(
	graph: Graph,
	byNode: ReadonlyMap<string, GraphNode>,
	own: ReadonlyMap<string, readonly string[]>,
): Generator<GraphFinding> {
	for (const { metric, values } of graph.published) {
		for (const name of values.keys()) {
			if (!byNode.has(name) && nodeOfStage(name, byNode, own) === undefined) {
				const message = `published ${metric} is given for “${name}”, which is no node`;
				yield { code: 'graphPublished', severity: 'error', message };
			}
		}
	}
}

/** Nodes that a node names, as nodes; what is unknown is left out. */
function nodesBefore(
	node: GraphNode,
	byNode: ReadonlyMap<string, GraphNode>,
	own: ReadonlyMap<string, readonly string[]>,
): GraphNode[] {
	const names =
		node.kind === 'train'
			? [...node.from, ...(node.data ? [node.data] : []), ...(node.evalData ? [node.evalData] : [])]
			: node.from;
	return names.flatMap(name => byNode.get(name) ?? nodeOfStage(name, byNode, own) ?? []);
}

function cycleIn(graph: Graph, byNode: ReadonlyMap<string, GraphNode>): GraphFinding | undefined {
	const own = countsOf(graph);
	const done = new Set<string>();
	const way: string[] = [];
	const visit = (node: GraphNode): readonly string[] | undefined => {
		const at = way.indexOf(node.name);
		if (at >= 0) {
			return way.slice(at);
		}
		if (done.has(node.name)) {
			return undefined;
		}
		way.push(node.name);
		for (const one of nodesBefore(node, byNode, own)) {
			const ring = visit(one);
			if (ring !== undefined) {
				return ring;
			}
		}
		way.pop();
		done.add(node.name);
		return undefined;
	};
	for (const node of graph.nodes) {
		const ring = visit(node);
		if (ring !== undefined) {
			const [first = ''] = ring;
			const message =
				ring.length === 1
					? `${first} comes from itself, so it could never start`
					: `${ring.join(' waits for ')} waits for ${first}: none of them could ever start`;
			const line = byNode.get(first)?.line;
			const place = line === undefined ? {} : { line };
			return { code: 'graphCycle', severity: 'error', message, node: first, ...place };
		}
	}
	return undefined;
}

/** Without making them: a matrix may have more combinations than there is room for. */
function totalStages(graph: Graph, byNode: ReadonlyMap<string, GraphNode>): number {
	const counts = new Map<string, number>();
	const countOf = (node: GraphNode): number => {
		const known = counts.get(node.name);
		if (known !== undefined) {
			return known;
		}
		const [parent] = node.kind === 'train' ? node.from : [];
		const target = parent === undefined ? undefined : byNode.get(parent);
		const count = sizeOf(node) * (target === undefined ? 1 : countOf(target));
		counts.set(node.name, count);
		return count;
	};
	return graph.nodes.reduce((sum, node) => sum + countOf(node), 0);
}

function expand(graph: Graph): { stages: Stage[]; missing: GraphFinding[] } {
	const byNode = new Map(graph.nodes.map(node => [node.name, node]));
	const own = countsOf(graph);
	const made = new Map<string, readonly Stage[]>();
	const byName = new Map<string, Stage>();
	const stages: Stage[] = [];
	const missing: GraphFinding[] = [];
	/** The stages that a name stands for: all of a node, or one. */
	const named = (name: string, asker: GraphNode): readonly Stage[] => {
		const node = byNode.get(name) ?? nodeOfStage(name, byNode, own);
		const all = node === undefined ? [] : make(node);
		const meant = byNode.has(name) ? all : all.filter(stage => stage.name === name);
		if (meant.length === 0) {
			const message = `“${name}” in ${asker.name} is no stage: they are ${all.map(one => one.name).join(', ')}`;
			const place = { line: asker.line, node: asker.name };
			missing.push({ code: 'graphReference', severity: 'error', message, ...place });
		}
		return meant;
	};
	const make = (node: GraphNode): readonly Stage[] => {
		const known = made.get(node.name);
		if (known !== undefined) {
			return known;
		}
		const namedHere = (name: string): readonly Stage[] => named(name, node);
		const result =
			node.kind === 'train' ? trainStages(node, namedHere) : [plainStage(node, namedHere)];
		made.set(node.name, result);
		for (const stage of result) {
			const column = Math.max(-1, ...before(stage).map(one => byName.get(one)?.column ?? -1));
			const placed = { ...stage, column: column + 1 };
			byName.set(stage.name, placed);
			stages.push(placed);
		}
		return result;
	};
	graph.nodes.forEach(make);
	return { stages, missing };
}

function trainStages(
	node: Extract<GraphNode, { kind: 'train' }>,
	named: (name: string) => readonly Stage[],
): Stage[] {
	const [parent] = node.from;
	const parents = parent === undefined ? [undefined] : named(parent);
	const data = node.data === undefined ? {} : { data: named(node.data)[0]?.name ?? node.data };
	const evalData =
		node.evalData === undefined ? {} : { evalData: named(node.evalData)[0]?.name ?? node.evalData };
	const isMany = parents.length > 1;
	return parents.flatMap(from =>
		combinations(node.matrix).map(chosen => ({
			name: node.name + suffix(chosen) + (isMany && from ? `-of-${from.name}` : ''),
			node,
			from: from === undefined ? [] : [from.name],
			...data,
			...evalData,
			chosen: Object.fromEntries(chosen),
			column: 0,
		})),
	);
}

function plainStage(
	node: Exclude<GraphNode, { kind: 'train' }>,
	named: (name: string) => readonly Stage[],
): Stage {
	const from = [...new Set(node.from.flatMap(name => named(name).map(stage => stage.name)))];
	return { name: node.name, node, from, chosen: {}, column: 0 };
}

type Chosen = readonly (readonly [key: string, value: unknown])[];

/** The last axis changes fastest. */
function combinations(axes: readonly MatrixAxis[]): readonly Chosen[] {
	return axes.reduce<readonly Chosen[]>(
		(some, { key, values }) =>
			some.flatMap(chosen => values.map(value => [...chosen, [key, value] as const])),
		[[]],
	);
}

function suffix(chosen: Chosen): string {
	return chosen.map(([key, value]) => `-${shortKeys[key] ?? key}${valueWord(value)}`).join('');
}

/** As it can stand in a name: 5e-7, true, sigmoid-sft. */
function valueWord(value: unknown): string {
	if (typeof value === 'number') {
		return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
	}
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
	return text.replaceAll(/[^\p{L}\p{N}._]+/gu, '-').replaceAll(/^-+|-+$/g, '');
}

function sameNames(stages: readonly Stage[]): GraphFinding[] {
	const first = new Map<string, Stage>();
	return stages.flatMap(stage => {
		const earlier = first.get(stage.name);
		first.set(stage.name, earlier ?? stage);
		const { line, name: node } = stage.node;
		const place = { severity: 'error', line, node } as const;
		if (earlier !== undefined) {
			const message = `two stages would be named ${stage.name}: rename ${node} or ${earlier.node.name}`;
			return [{ code: 'graphStageName', message, ...place }];
		}
		if (stage.name.length > 100) {
			const message = `the name ${stage.name} is longer than 100 characters: shorten ${node}`;
			return [{ code: 'graphStageName', message, ...place }];
		}
		return [];
	});
}
