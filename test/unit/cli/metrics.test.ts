import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn, type Said } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';
import { event, records, scalar } from '../node/metrics/eventFiles';
import { MetricFolder } from '../node/metrics/metricFolder';

const folder = new MetricFolder();
let host: PracticeHost;
beforeAll(async () => {
	host = await PracticeHost.create();
	folder.write('runs/a/events.out.tfevents.1.h', records(event(5, 1, scalar('train/loss', 0.5))));
	folder.write('runs/b/log.jsonl', '{"step": 1, "loss": NaN}\n{"step": -1, "loss": 2, "a": "b"}\n');
	folder.write('log.txt', "{'loss': 0.25, 'epoch': 0.5}\n");
});
afterAll(() => {
	folder.remove();
	host.dispose();
});

const metrics = (...argv: string[]): Promise<Said> => windsockOn(host, ['metrics', ...argv]);

describe('windsock metrics', () => {
	it('prints what several tools have logged, each under its name', async () => {
		const said = await metrics(folder.path, `${folder.path}/log.txt`, '--json');
		const { sources } = JSON.parse(said.out) as { sources: Record<string, unknown>[] };
		expect(sources.map(({ name, format, brokenLines }) => [name, format, brokenLines])).toEqual([
			['log.txt', 'log', 1],
			['runs/a', 'TensorBoard events', 0],
			['runs/b/log.jsonl', 'JSON lines', 1],
			['log.txt', 'log', 1],
		]);
		expect(sources[0]?.['points']).toEqual([
			{
				n: 1,
				attempt: 1,
				step: 'NaN',
				epoch: 0.5,
				time: 'NaN',
				wall: 'NaN',
				kind: 'train',
				values: { loss: 0.25 },
			},
		]);
		const text = await metrics(`${folder.path}/runs`);
		expect(text.out).toContain('b/log.jsonl · JSON lines');
		expect(text.out).toContain('skipped: values without a number (1)');
		expect(text.out).toContain('loss=0.5');
	});

	it('prints CSV that it reads back exactly', async () => {
		const csv = await metrics(`${folder.path}/runs`, '--csv');
		expect(csv.err).toContain('b/log.jsonl: skipped 1 values without a number');
		const all = JSON.parse((await metrics(`${folder.path}/runs`, '--json')).out) as {
			sources: { points: unknown }[];
		};
		const path = folder.write('out.csv', csv.out);
		const again = JSON.parse((await metrics(path, '--json')).out) as typeof all;
		expect(again.sources.map(({ points }) => points)).toEqual(
			all.sources.map(({ points }) => points),
		);
	});

	it('reads a path of a host, and says which hosts there are for one that is not known', async () => {
		const said = await metrics(`local:${folder.path}/log.txt`, '--json');
		expect(JSON.parse(said.out)).toMatchObject({
			path: `local:${folder.path}/log.txt`,
			format: 'log',
		});
		const unknown = await metrics('gpu9:runs/a', '--json');
		expect(unknown.code).toBe(1);
		expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'hostUnknown' } });
	});

	it('reads what it can of a folder, and says of which files it could not', async () => {
		folder.write('some/a/trainer_state.json', '{"global_step": 1, "epoch": 1, "log_history": [');
		folder.write('some/b/log.jsonl', '{"step": 1, "loss": 0.5}\n');
		const said = await metrics(`${folder.path}/some`);
		expect(said.code).toBe(0);
		expect(said.out).toContain('loss=0.5');
		expect(said.err).toContain('some/a/trainer_state.json” cannot be read');
	});

	it('refuses a folder without metrics by its name', async () => {
		folder.write('empty/readme.md', '');
		const said = await metrics(`${folder.path}/empty`);
		expect(said.code).toBe(1);
		expect(said.err).toContain('holds no metrics that Windsock reads');
	});
});
