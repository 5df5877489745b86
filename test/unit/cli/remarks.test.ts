import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MirrorFolder } from '../../../src/node/runs/mirrorFolder';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
let run: string;
const id = '01JD0000000000000000000AAA';

beforeAll(async () => {
	host = await PracticeHost.create();
	const spec = {
		contractVersion: '1.0',
		id,
		kind: 'train',
		name: 'scored',
		createdAt: '2026-01-01T00:00:00.000Z',
		environment: { lockHash: 'l' },
	} as const;
	const mirror = MirrorFolder.create(join(host.workspace, '.windsock', 'runs'), spec, {
		hostName: 'local',
		runDir: '/r',
	});
	run = mirror.path;
});
afterAll(() => host.dispose());

const windsock = (...argv: string[]): Promise<Said> => windsockOn(host, argv);

describe('windsock score and note', () => {
	it('keep a score with its interval beside the mirror of the run', async () => {
		const said = await windsock(
			'score', 'scored', '--step', '40', '--name', 'mt-bench', '--value', '6.2',
			'--low', '5.9', '--high', '6.5', '--n', '80', '--source', 'judge', '--json',
		); // prettier-ignore
		expect(said.code).toBe(0);
		const { score } = JSON.parse(said.out) as { score: object };
		expect(score).toMatchObject({ step: 40, name: 'mt-bench', value: 6.2, low: 5.9, n: 80 });
		const [line = ''] = readFileSync(join(run, 'scores.jsonl'), 'utf8').split('\n');
		expect(JSON.parse(line)).toEqual(score);
	});

	it('take negative scores, and refuse an interval that leaves the value out', async () => {
		const score = ['score', 'scored', '--step', '40', '--name', 'reward', '--value', '-1.5'];
		expect((await windsock(...score)).out).toBe(`${id}  step 40: reward −1.5\n`);
		const refused = await windsock(...score, '--low', '0');
		expect(refused.code).toBe(1);
		expect(refused.err).toContain('its value lies outside its interval');
		expect((await windsock('score', 'scored', '--step', '4', '--name', 'x')).code).toBe(2);
	});

	it('keep a note with its author', async () => {
		const said = await windsock(
			'note',
			'scored',
			'data was changed here',
			'--step',
			'12',
			'--json',
		);
		const { note } = JSON.parse(said.out) as { note: { author: string } };
		expect(note).toMatchObject({ step: 12, text: 'data was changed here' });
		const path = join(run, 'notes', `${note.author}.jsonl`);
		expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(note);
		expect((await windsock('note', 'scored', ' ', '--step', '1')).code).toBe(2);
	});
});
