import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { createRunServices } from '../../../../src/node/runs/runServices';
import { windsockOn } from '../../../support/practiceCli';
import { PracticeHost, remoteFolder } from '../../../support/practiceHost';
import { valueOf } from '../../../support/results';

let practice: PracticeHost;
let runId: string;

beforeAll(async () => {
	practice = await PracticeHost.create();
	const launched = await windsockOn(practice, ['launch', practice.recipe(), '--wait', '--json']);
	expect(launched.code).toBe(0);
	runId = practice.runFolders[0] ?? '';
});

afterAll(() => practice.dispose());

/** Services of another folder, as on another machine. */
function elsewhere(name: string): ReturnType<typeof createRunServices> {
	const workspace = join(practice.folder, name);
	mkdirSync(workspace, { recursive: true });
	return createRunServices({
		workspace,
		hosts: practice.hosts,
		remoteFolder,
		version: '0.0.0',
		logger: silentLogger,
	});
}

describe('a run that was launched elsewhere', () => {
	it('is found on its host and followed from here, with all that it has written', async () => {
		const { attachment, library } = elsewhere('other');
		const found = valueOf(await attachment.find('local'));
		expect(found.map(({ state, isHere }) => [state.id, state.state, isHere])).toEqual([
			[runId, 'finished', false],
		]);
		valueOf(await attachment.attach('local', runId));
		valueOf(await library.sync(runId));
		expect(library.get(runId)).toMatchObject({ name: 'Try', hostName: 'local', state: 'finished' });
		expect(library.metrics(runId)).toHaveLength(20);
		expect(valueOf(await attachment.find('local'))[0]?.isHere).toBe(true);
		// Once more changes nothing.
		valueOf(await attachment.attach('local', runId));
		expect(library.list()).toHaveLength(1);
		library.dispose();
	});

	it('is not made up from a folder that is none, or that says it is another', async () => {
		const { attachment, library } = elsewhere('hostile');
		const odd = join(practice.home, '.windsock', 'runs', '01JDWINDS0CK00000000000ADD');
		mkdirSync(odd, { recursive: true });
		writeFileSync(join(odd, 'spec.json'), JSON.stringify({ id: runId, kind: 'train' }));
		for (const id of ['01JDWINDS0CK00000000000ADD', '01JDWINDS0CK0000000000N0NE', '../x']) {
			const attached = await attachment.attach('local', id);
			expect(attached.ok ? undefined : attached.error.code).toBe('runUnknown');
		}
		expect(library.list()).toEqual([]);
		library.dispose();
	});

	it('is listed and attached from the command line', async () => {
		const listed = await windsockOn(practice, ['runs', '--host', 'local', '--json']);
		expect(JSON.parse(listed.out)).toMatchObject({ host: 'local' });
		expect(listed.out).toContain(runId);
		const attached = await windsockOn(practice, ['attach', 'Try', '--json']);
		expect(attached.code).toBe(0);
		expect(JSON.parse(attached.out)).toMatchObject({ run: { id: runId, state: 'finished' } });
		const unknown = await windsockOn(practice, ['attach', 'nothing-like-it']);
		expect(unknown.code).toBe(1);
		expect(unknown.err).toContain('on “local”. “windsock runs --host local” lists them');
	});
});
