import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NodeHostDirectory } from '../../../src/node/hosts/hostDirectory';
import { FileSources } from '../../../src/node/metrics/fileSources';
import { valueOf } from '../../support/results';
import { directoryFor } from '../../support/sshHosts';
import { SshServer } from '../../support/sshServer';
import { event, records, scalar } from '../../unit/node/metrics/eventFiles';
import { logTrackio, trackioDatabase } from '../../unit/node/metrics/trackioFiles';

let folder: string;
let server: SshServer;
let directory: NodeHostDirectory;
let sources: FileSources;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'windsock-far-metrics-'));
	server = await SshServer.start();
	server.trust(server.port);
	directory = directoryFor(server.writeConfig('gpu1'));
	sources = new FileSources(directory, { here: 50, onHost: 50, slower: 1 });
});
afterAll(async () => {
	sources.dispose();
	directory.dispose();
	await server.stop();
	rmSync(folder, { recursive: true });
});

it('finds, reads and follows what other tools log on a host, over ssh', async () => {
	mkdirSync(join(folder, 'runs/a'), { recursive: true });
	const events = join(folder, 'runs/a/events.out.tfevents.1.h');
	writeFileSync(events, records(event(1, 1, scalar('train/loss', 0.5))));
	const database = trackioDatabase(join(folder, 'project.db'));
	logTrackio(database, 'r', 1, { loss: 0.25 });
	const { ids } = valueOf(await sources.open(`gpu1:${folder}`));
	expect(ids.map(id => sources.get(id)?.name)).toEqual(['project.db/r', 'runs/a']);
	for (const id of ids) {
		await sources.load(id);
	}
	const losses = (id: string): readonly number[] => [
		...(sources.get(id)?.metrics.get('loss', 'train')?.values ?? []),
	];
	const [trackio = '', board = ''] = ids;
	expect([losses(trackio), losses(board)]).toEqual([[0.25], [0.5]]);
	expect(sources.get(board)?.where).toBe(`gpu1:${folder}/runs/a`);
	const watch = sources.watch(board);
	const changed = new Promise<void>(resolve => {
		sources.onDidChange(({ id }) => id === board && resolve());
	});
	appendFileSync(events, records(event(2, 2, scalar('train/loss', 0.125))));
	await changed;
	expect(losses(board)).toEqual([0.5, 0.125]);
	watch.dispose();
	database.close();
});
