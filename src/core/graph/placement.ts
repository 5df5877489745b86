import type { GraphFinding } from './graph';
import { familiesOf, type Stage } from './graphStages';
import { isActiveStage, type StageRun, type StageStatus } from './graphState';

export type Placement =
	| { readonly ok: true; readonly hosts: ReadonlyMap<string, string> }
	| { readonly ok: false; readonly findings: readonly GraphFinding[] };

/**
 * The host of each stage that trains or answers. What hands on checkpoints stays together, on the
 * host that a node names or that has its runs already; the others go where least is.
 *
 * @param offered at least one host
 */
export function placeStages(
	stages: readonly Stage[],
	statuses: ReadonlyMap<string, StageStatus>,
	runs: ReadonlyMap<string, Pick<StageRun, 'hostName'>>,
	offered: readonly string[],
): Placement {
	const families = Map.groupBy(familiesOf(stages), ([, family]) => family);
	const byName = new Map(stages.map(stage => [stage.name, stage]));
	const fixed = new Map<string, string>();
	const findings: GraphFinding[] = [];
	for (const [family, members] of families) {
		const named = new Map<string, Stage>();
		for (const [name] of members) {
			const stage = byName.get(name);
			const host = stage && 'host' in stage.node ? stage.node.host : undefined;
			if (stage !== undefined && host !== undefined) {
				named.set(host, named.get(host) ?? stage);
			}
		}
		const [first, second] = [...named];
		if (first !== undefined && second !== undefined) {
			const { name, node } = second[1];
			const message =
				`${name} is for ${second[0]} and ${first[1].name} for ${first[0]}, ` +
				'but one hands its checkpoint on to the other: name one host';
			findings.push({ code: 'graphHost', severity: 'error', message, line: node.line });
			continue;
		}
		const run = members
			.map(([name]) => runs.get(statuses.get(name)?.runId ?? ''))
			.find(found => found !== undefined);
		const host = first?.[0] ?? run?.hostName;
		if (host !== undefined) {
			fixed.set(family, host);
		}
	}
	if (findings.length > 0) {
		return { ok: false, findings };
	}
	const load = new Map(offered.map(host => [host, 0]));
	for (const [family, host] of fixed) {
		load.set(host, (load.get(host) ?? 0) + (families.get(family)?.length ?? 0));
	}
	const open = [...families]
		.filter(([family]) => !fixed.has(family))
		.toSorted(([, a], [, b]) => b.length - a.length);
	for (const [family, members] of open) {
		const [host = 'local'] = offered.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0));
		fixed.set(family, host);
		load.set(host, (load.get(host) ?? 0) + members.length);
	}
	const hosts = [...familiesOf(stages)].map(
		([name, family]) => [name, fixed.get(family) ?? ''] as const,
	);
	return { ok: true, hosts: new Map(hosts) };
}

/**
 * Which of the stages that may start do so now. A host that deals out its GPUs itself gets all of
 * them; any other one at a time, since they would fight for its memory.
 *
 * @param queues whether a stage waits for its turn on its host by itself
 */
export function startNow(
	ready: readonly Stage[],
	hosts: ReadonlyMap<string, string>,
	statuses: ReadonlyMap<string, StageStatus>,
	queues: (stage: Stage, host: string) => boolean,
): readonly Stage[] {
	const busy = new Set(
		[...statuses.values()]
			.filter(({ state, isTaken }) => !isTaken && isActiveStage(state))
			.flatMap(({ name }) => hosts.get(name) ?? []),
	);
	return ready.filter(stage => {
		const host = hosts.get(stage.name);
		if (host === undefined || queues(stage, host)) {
			return true;
		}
		const isFree = !busy.has(host);
		busy.add(host);
		return isFree;
	});
}
