import { strict as assert } from 'node:assert';
import { waitFor } from '../../support/bench/waitFor';
import { launchRecipe, lossPanel, waitForMonitor, watchLossMove } from '../runMonitor';
import { adoptNewRun, hasEnded, metricsOf, readJson } from '../runFiles';
import type { WalkSession } from '../walkSession';

interface Spec {
	readonly kind: string;
	readonly train?: { readonly method: string; readonly datasets: readonly unknown[] };
}

/** From a recipe to a moving loss chart. The run still goes on when this step ends. */
export async function trainSft(session: WalkSession): Promise<void> {
	const launched = performance.now();
	await launchRecipe(session, 'sft-tiny.yaml');
	const folder = await adoptNewRun(session, 'SFT');
	const spec = await readJson<Spec>(`${folder}/spec.json`);
	assert.equal(spec.kind, 'train');
	assert.equal(spec.train?.method, 'sft');
	await waitForMonitor(session, 'sft-tiny');
	await lossPanel(session);
	const firstPoint = performance.now();
	const moved = await watchLossMove(session);
	await session.picture('sft-training');
	assert.ok(!hasEnded(folder), 'the run is still going on while its chart moves');
	const first = await waitFor('a training loss on disk', async () =>
		(await metricsOf(folder)).find(line => line.kind === 'train' && 'loss' in line.values),
	);
	session.note(
		`SFT on ${session.hostName}: first point on the chart ` +
			`${((firstPoint - launched) / 1000).toFixed(1)} s after the launch, ` +
			`loss ${Number(first.values['loss']).toFixed(2)} at step ${first.step}, ` +
			`chart moved from step ${moved.from} to ${moved.to} while it was watched`,
	);
}
