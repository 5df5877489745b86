import type { PublishedNumbers } from './publishedNumbers';

export type NodeKind = 'data' | 'train' | 'answers';

/** One axis of a node's matrix: a recipe argument and the values that it takes in turn. */
export interface MatrixAxis {
	readonly key: string;
	readonly values: readonly unknown[];
}

interface NodeBase {
	readonly name: string;
	/** From 1; of the node's name. */
	readonly line: number;
	readonly description?: string;
	/** Names of nodes or of stages that come before it. */
	readonly from: readonly string[];
}

/** A pipeline file that makes a dataset on this machine. */
export interface DataNode extends NodeBase {
	readonly kind: 'data';
	/** As written, relative to the graph's folder. */
	readonly pipeline: string;
}

/** A recipe with what is laid over it. Its model is that of the node it comes from, if it does. */
export interface TrainNode extends NodeBase {
	readonly kind: 'train';
	/** As written, relative to the graph's folder. */
	readonly recipe: string;
	/** Data node whose result is trained on instead of the recipe's dataset. */
	readonly data?: string;
	/** Data node whose test side, or whole result, is evaluated on. */
	readonly evalData?: string;
	/** Recipe keys that are laid over the recipe. */
	readonly set: Readonly<Record<string, unknown>>;
	readonly matrix: readonly MatrixAxis[];
	/** GPUs that each of its runs waits for. */
	readonly gpus?: number;
	/** Host that its runs belong on. */
	readonly host?: string;
}

/** A prompt set that the models of the nodes before it answer, side by side. */
export interface AnswersNode extends NodeBase {
	readonly kind: 'answers';
	/** As written, relative to the graph's folder. */
	readonly prompts: string;
	/** Model references that answer too, beside the models of the nodes. */
	readonly models: readonly string[];
	readonly sampling: Readonly<Record<string, unknown>>;
	readonly gpus?: number;
	readonly host?: string;
}

export type GraphNode = DataNode | TrainNode | AnswersNode;

/** Stages that belong together, as a file beside recipes. */
export interface Graph {
	/** Names it in the records of its runs. */
	readonly id: string;
	readonly description?: string;
	/** In the order of the file. */
	readonly nodes: readonly GraphNode[];
	readonly published: readonly PublishedNumbers[];
}

/** What is wrong with a graph file. All are errors: a graph with one does not run. */
export interface GraphFinding {
	readonly code: GraphFindingCode;
	readonly severity: 'error';
	/** What is wrong and what to do, without a full stop. */
	readonly message: string;
	/** From 1. */
	readonly line?: number;
	readonly node?: string;
}

export type GraphFindingCode =
	| 'graphUnreadable'
	| 'graphName'
	| 'graphKey'
	| 'graphNode'
	| 'graphReference'
	| 'graphCycle'
	| 'graphMatrix'
	| 'graphStageName'
	| 'graphHost'
	| 'graphFile'
	| 'graphRecipe'
	| 'graphPublished';
