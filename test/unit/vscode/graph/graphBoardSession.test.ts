import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import type {
	BoardState,
	GraphBoardHost,
	GraphBoardPage,
} from '../../../../src/protocol/graphBoard';
import { Rpc } from '../../../../src/protocol/rpc';
import { GraphAdvancing } from '../../../../src/vscode/graph/graphAdvancing';
import { GraphBoardSession } from '../../../../src/vscode/graph/graphBoardSession';
import { linkedPorts } from '../../../support/linkedPorts';
import { PracticeHost, until } from '../../../support/practiceHost';

const open: { dispose(): void }[] = [];

afterEach(() => {
	for (const thing of open.splice(0).toReversed()) {
		thing.dispose();
	}
});

function own<T extends { dispose(): void }>(thing: T): T {
	open.push(thing);
	return thing;
}

/** A board over a graph of two trainings on a practice host, and what its page was told. */
async function board(): Promise<{
	readonly said: BoardState[];
	readonly asked: string[];
	readonly session: GraphBoardSession;
	readonly advancing: GraphAdvancing;
	readonly page: Rpc<GraphBoardPage, GraphBoardHost>;
	readonly write: (name: string, text: string) => void;
	readonly path: string;
}> {
	const host = own(await PracticeHost.create());
	const services = host.services({ delay: () => 20, now: () => new Date() });
	own(services.library);
	const write = (name: string, text: string): void => {
		mkdirSync(host.workspace, { recursive: true });
		writeFileSync(join(host.workspace, name), text);
	};
	host.recipe(['max_steps: 4', 'save_steps: 4', 'model_name_or_path: base']);
	const second = { recipe: 'recipe.yaml', from: 'first', set: { seed: 1 } };
	const nodes = { first: { recipe: 'recipe.yaml' }, second };
	write('graph.yaml', JSON.stringify({ graph: 'g', nodes }));
	const path = join(host.workspace, 'graph.yaml');
	const advancing = own(new GraphAdvancing(services.graphs, () => []));
	const comparisons = own(new ComparisonStore(workspaceFolder(host.workspace), silentLogger));
	const [mine, theirs] = linkedPorts();
	const asked: string[] = [];
	const { library, graphs } = services;
	const parts = { library, graphs, advancing, comparisons, isTrusted: () => true };
	const session = own(
		new GraphBoardSession(parts, mine, path, 'graph.yaml', {
			run: () => void asked.push('run'),
			restart: (stage, again) => void asked.push(`restart ${stage}: ${again.join(' ')}`),
			open: stage => void asked.push(`open ${stage}`),
			openFile: () => void asked.push('file'),
		}),
	);
	const said: BoardState[] = [];
	const page = own(
		new Rpc<GraphBoardPage, GraphBoardHost>(
			theirs,
			{},
			{ boardChanged: state => void said.push(state) },
		),
	);
	return { said, asked, session, advancing, page, write, path };
}

describe('a board', { timeout: 120_000 }, () => {
	it('shows the graph as it stands, follows it while it is brought on, and asks for a restart', async () => {
		const { said, asked, advancing, page, path } = await board();
		page.ready();
		await until(() => said.at(-1)?.picture !== undefined);
		const states = (): unknown => said.at(-1)?.picture?.cards.map(({ state }) => state);
		expect(states()).toEqual(['ready', 'waiting']);
		page.notify('restartAsked', { stage: 'second' });
		const done = await advancing.run(path, ['local']);
		expect(done?.ok).toBe(true);
		await until(() => said.at(-1)?.picture?.state === 'finished');
		expect(said.some(state => state.advancing?.hosts[0] === 'local')).toBe(true);
		expect(said.at(-1)?.advancing).toBeUndefined();
		const [first] = said.at(-1)?.picture?.cards ?? [];
		expect(first).toMatchObject({
			state: 'finished',
			hostName: 'local',
			again: ['first', 'second'],
		});
		expect(said.at(-1)?.picture?.results.rows.map(({ stage }) => stage)).toEqual([
			'first',
			'second',
		]);
		page.notify('restartAsked', { stage: 'first' });
		page.notify('stageOpened', { stage: 'second' });
		await until(() => asked.length === 2);
		expect(asked).toEqual(['restart first: first second', 'open second']);
	});

	it('keeps its picture and says what is wrong while the file is broken; hidden, it says nothing', async () => {
		const { said, session, page, write } = await board();
		page.ready();
		await until(() => said.at(-1)?.picture !== undefined);
		write('graph.yaml', 'graph: g\nnodes: {a: {recipe: recipe.yaml, form: b}}\n');
		session.reread();
		await until(() => (said.at(-1)?.faults.length ?? 0) > 0);
		expect(said.at(-1)?.faults).toEqual(['line 2: unknown key “form”; did you mean from?']);
		expect(said.at(-1)?.picture?.cards).toHaveLength(2);
		session.hide();
		const count = said.length;
		session.reread();
		page.ready();
		await until(() => said.length > count);
		expect(said.length).toBe(count + 1);
	});
});
