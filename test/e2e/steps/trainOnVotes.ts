import { strict as assert } from 'node:assert';
import { pickHost, waitForMonitor, waitForState } from '../runMonitor';
import { adoptNewRun, metricsOf, readJson, readLines, waitForFinish } from '../runFiles';
import type { WalkSession } from '../walkSession';

interface Spec {
	readonly train: {
		readonly method: string;
		readonly datasets: readonly { readonly source: string; readonly rows: number }[];
	};
}

/** The votes are the data of the next DPO run: the loop is closed. */
export async function trainOnVotes(session: WalkSession): Promise<void> {
	await session.editor.runCommand('Windsock: Train on Votes…');
	await pickHost(session);
	const folder = await adoptNewRun(session, 'DPO on votes');
	const spec = await readJson<Spec>(`${folder}/spec.json`);
	const pairs = await readLines(session.workspace.path('.windsock/preferences/votes.jsonl'));
	assert.equal(spec.train.method, 'dpo');
	assert.equal(spec.train.datasets[0]?.rows, pairs.length);
	await waitForMonitor(session, 'dpo-votes');
	const exit = await waitForFinish(folder);
	await waitForState(session, 'finished');
	await session.picture('trained-on-votes');
	const steps = (await metricsOf(folder)).filter(line => line.kind === 'train').length;
	session.note(
		`DPO on ${pairs.length} voted pairs: ${steps} training points in ` +
			`${exit.durationSeconds.toFixed(1)} s`,
	);
}
