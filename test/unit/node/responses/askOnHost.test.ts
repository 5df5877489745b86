import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../../src/core/base/emitter';
import { silentLogger } from '../../../../src/core/base/logger';
import { ok } from '../../../../src/core/base/result';
import type { LaunchGenerateRequest } from '../../../../src/core/training/launchRequest';
import type { RunSummary } from '../../../../src/core/training/runLibrary';
import { askOnHost, type HostAskServices } from '../../../../src/node/responses/askOnHost';
import { ComparisonStore } from '../../../../src/node/responses/comparisonStore';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';
import { writeComparison } from '../../../support/comparisonFiles';

const messages = [{ role: 'user', content: 'Which fruit?' }];
let root: string;
let store: ComparisonStore;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), 'windsock-ask-host-'));
	store = new ComparisonStore(workspaceFolder(root), silentLogger);
});

afterEach(async () => {
	store.dispose();
	await rm(root, { recursive: true, force: true });
});

/** A host whose job fills a comparison when it is told to. */
function practice() {
	const runs = new Emitter<{ readonly runId: string }>();
	const launched: LaunchGenerateRequest[] = [];
	const said: string[] = [];
	let state: RunSummary['state'] = 'running';
	let begun: () => void = () => {};
	const hasBegun = new Promise<void>(resolve => (begun = resolve));
	const services: HostAskServices = {
		workspace: workspaceFolder(root),
		store,
		launcher: {
			launchGenerate: async request => {
				launched.push(request);
				await writeComparison(root, {
					id: 'R1',
					prompts: [{ id: 'asked', messages }],
					answers: { base: [undefined], sft: [undefined] },
				});
				return ok({ runId: 'R1' });
			},
		},
		library: {
			get: () => ({ state }) as RunSummary,
			watch: () => {
				said.push('watched');
				begun();
				return { dispose: () => void said.push('left') };
			},
			onDidChange: runs.event,
			stop: id => {
				said.push(`stopped ${id}`);
				return Promise.resolve(ok(undefined));
			},
		},
	};
	const answer = async (answers: Record<string, readonly (string | undefined)[]>) => {
		await writeComparison(root, { id: 'R1', prompts: [{ id: 'asked', messages }], answers });
		runs.fire({ runId: 'R1' });
	};
	const end = (): void => {
		state = 'failed';
		runs.fire({ runId: 'R1' });
	};
	return { services, launched, said, answer, end, hasBegun };
}

const silent = { report: () => {} };

describe('asking models of a host', () => {
	it('starts one job with the prompt, hears each answer once, and leaves it when all are there', async () => {
		const { services, launched, said, answer, hasBegun } = practice();
		const heard: string[] = [];
		const { signal } = new AbortController();
		const onAnswer = (ref: string, text: string): void => void heard.push(`${ref}: ${text}`);
		const refs = ['base', 'run:01@4'];
		const question = { hostName: 'gpu1', refs, messages, signal, onAnswer };
		const asked = askOnHost(services, question, silent, undefined);
		await hasBegun;
		await answer({ base: [undefined], sft: ['A pear.'] });
		await answer({ base: ['An apple.'], sft: ['A pear.'] });
		expect(await asked).toEqual(ok(undefined));
		expect(heard.toSorted()).toEqual(['base: An apple.', 'run:01@4: A pear.']);
		expect(launched).toMatchObject([{ hostName: 'gpu1', models: refs }]);
		const set = await readFile(launched[0]?.promptsPath ?? '', 'utf8');
		expect(JSON.parse(set)).toEqual({ id: 'asked', messages });
		expect(said).toEqual(['watched', 'left']);
	});

	it('ends with its job, and ends it where it is given up', async () => {
		const { services, end, hasBegun } = practice();
		const question = { hostName: 'gpu1', refs: ['base'], messages, onAnswer: () => {} };
		const { signal } = new AbortController();
		const asked = askOnHost(services, { ...question, signal }, silent, undefined);
		await hasBegun;
		end();
		expect(await asked).toEqual(ok(undefined));
		const second = practice();
		const abort = new AbortController();
		const given = { ...question, signal: abort.signal };
		const other = askOnHost(second.services, given, silent, undefined);
		await second.hasBegun;
		abort.abort();
		expect(await other).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect(second.said).toEqual(['watched', 'stopped R1', 'left']);
	});
});
