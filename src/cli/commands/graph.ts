import { basename, join, resolve } from 'node:path';
import { silentLogger } from '../../core/base/logger';
import { ok, type Result } from '../../core/base/result';
import { graphState, type StageStateName } from '../../core/graph/graphState';
import type { ResultCell, ResultTable } from '../../core/graph/resultTable';
import type { AdvanceOptions } from '../../node/graph/graphAdvance';
import type { GraphPicture } from '../../node/graph/graphPicture';
import { attachGraphRuns } from '../../node/graph/graphRuns';
import { findingText, readGraph } from '../../node/graph/loadedGraph';
import { resultsOf } from '../../node/graph/stageResults';
import { ComparisonStore } from '../../node/responses/comparisonStore';
import { copyShippedGraph } from '../../node/runs/shippedRecipes';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';
import { pairsOf } from './jobOptions';

export interface GraphRunOptions {
	readonly host?: readonly string[];
	readonly resource?: readonly string[];
	readonly trust?: readonly string[];
}

export async function newGraph(
	workspace: string,
	shipped: string,
	name: string,
	{ out }: { readonly out?: string },
): Promise<Result<Answer>> {
	const target = out === undefined ? join(workspace, 'recipes', name) : resolve(out);
	const copied = await copyShippedGraph(shipped, name, target);
	return copied.ok ? ok({ json: { graph: copied.value }, text: copied.value }) : copied;
}

export async function checkGraph(path: string): Promise<Result<Answer>> {
	const graphPath = resolve(path);
	const read = await readGraph(graphPath);
	if (!read.ok) {
		return read;
	}
	const { findings, loaded } = read.value;
	const stages = loaded?.stages.map(({ name }) => name) ?? [];
	const said = findings.map(finding => `✗ ${findingText(finding)}\n`).join('');
	const fine = `${basename(path)}: nothing to mend, ${stages.length} stages: ${stages.join(', ')}`;
	return ok({
		json: { graph: graphPath, findings, stages },
		text: findings.length === 0 ? fine : said,
		exitCode: findings.length > 0 ? 1 : 0,
	});
}

export async function runGraph(
	services: Services,
	output: Output,
	path: string,
	options: GraphRunOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const graphs = await services.graphs();
	const picture = await graphs.advance(resolve(path), advanceOptions(output, options, signal));
	return picture.ok ? answerOf(services, picture.value, true) : picture;
}

export async function restartGraph(
	services: Services,
	output: Output,
	path: string,
	stage: string,
	options: GraphRunOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const graphs = await services.graphs();
	const advance = advanceOptions(output, options, signal);
	const picture = await graphs.restart(resolve(path), stage, advance);
	return picture.ok ? answerOf(services, picture.value, true) : picture;
}

export async function graphStatus(
	services: Services,
	path: string,
	{ host = [] }: GraphRunOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const graphs = await services.graphs();
	const picture = await graphs.open(resolve(path));
	if (!picture.ok) {
		return picture;
	}
	const { library, attachment } = services;
	const { loaded } = picture.value;
	const attached = await attachGraphRuns(attachment, library, loaded.graph.id, host, { signal });
	if (!attached.ok) {
		return attached;
	}
	await library.refresh();
	const now = await graphs.look(loaded);
	return now.ok ? answerOf(services, now.value, false) : now;
}

function advanceOptions(
	output: Output,
	{ host, resource, trust }: GraphRunOptions,
	signal: AbortSignal,
): AdvanceOptions {
	const told = new Map<string, StageStateName>();
	output.note('The graph advances while this command runs. Runs that have begun go on without it.');
	return {
		hosts: host === undefined || host.length === 0 ? ['local'] : host,
		resources: pairsOf(resource),
		trusted: trust ?? [],
		progress: output.progress,
		signal,
		onPicture: ({ statuses }) => {
			for (const { name, state, message, isTaken, runId } of statuses.values()) {
				const isNews = told.get(name) !== state && state !== 'waiting' && state !== 'ready';
				told.set(name, state);
				if (isNews) {
					const taken = isTaken ? ` (taken as it is: ${runId})` : '';
					output.note(`${name}: ${state}${taken}${message === '' ? '' : `: ${message}`}`);
				}
			}
		},
	};
}

/** @param isOver the graph was to be finished by now */
async function answerOf(
	{ library, folder }: Services,
	picture: GraphPicture,
	isOver: boolean,
): Promise<Result<Answer>> {
	const { loaded, statuses } = picture;
	const comparisons = new ComparisonStore(folder, silentLogger);
	const results = await resultsOf(picture, library, comparisons);
	comparisons.dispose();
	const state = graphState(statuses.values());
	const stages = loaded.stages.map(stage => {
		const status = statuses.get(stage.name);
		const run = library.get(status?.runId ?? '');
		return {
			name: stage.name,
			node: stage.node.name,
			kind: stage.node.kind,
			from: stage.from,
			...(stage.data === undefined ? {} : { data: stage.data }),
			...(stage.evalData === undefined ? {} : { evalData: stage.evalData }),
			chosen: stage.chosen,
			state: status?.state ?? 'waiting',
			isTaken: status?.isTaken ?? false,
			because: status?.because ?? [],
			message: status?.message ?? '',
			...(run === undefined ? {} : { run }),
		};
	});
	const rows = stages.map(({ name, state: at, run, because, isTaken, message }) => [
		name,
		at,
		run?.hostName ?? '',
		run?.step === undefined ? '' : `${run.step}/${run.maxSteps ?? '?'}`,
		isTaken ? 'taken as it is' : because.length > 0 ? `after ${because.join(', ')}` : message,
	]);
	const heading = ['STAGE', 'STATE', 'HOST', 'STEP', ''];
	const left = state === 'failed' ? 'windsock graph restart GRAPH STAGE runs one again.\n' : '';
	return ok({
		json: { graph: loaded.graph.id, path: loaded.path, state, stages, results },
		text: `${table([heading, ...rows])}\n${resultText(results)}${left}`,
		exitCode: isOver && state !== 'finished' ? 1 : 0,
	});
}

/** Published numbers in brackets, since they do not compare unless measured in the same way. */
function resultText({ columns, rows }: ResultTable): string {
	if (columns.length === 0) {
		return '';
	}
	const lines = rows.map(({ stage, cells }) => [
		stage,
		...cells.map((cell, i) => cellText(cell, columns[i]?.isShare === true)),
	]);
	const notes = columns.flatMap(({ title, warning }) =>
		warning === undefined ? [] : [`${title}: ${warning}.\n`],
	);
	const reasons = new Set(
		rows.flatMap(({ cells }) => cells.flatMap(cell => cell?.published?.reason ?? [])),
	);
	return [
		table([['RESULTS', ...columns.map(({ title }) => title)], ...lines]),
		...notes,
		...[...reasons].map(reason => `(in brackets: published) ${reason}\n`),
	].join('');
}

function cellText(cell: ResultCell | undefined, isShare: boolean): string {
	const text = (value: number): string =>
		isShare ? `${(value * 100).toFixed(1)}%` : String(Number(value.toPrecision(4)));
	const { value, interval, published } = cell ?? {};
	const between = interval && ` [${text(interval.low)}–${text(interval.high)}]`;
	const own = value === undefined ? '' : `${text(value)}${between ?? ''}`;
	const plusMinus = published?.plusMinus === undefined ? '' : ` ±${published.plusMinus}`;
	const other = published === undefined ? '' : `(${published.value.toFixed(2)}${plusMinus})`;
	return [own, other].filter(part => part !== '').join(' ') || '–';
}
