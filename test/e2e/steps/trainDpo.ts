import { strict as assert } from 'node:assert';
import { launchRecipe, waitForMonitor, waitForState, watchLossMove } from '../runMonitor';
import { adoptNewRun, metricsOf, readJson, waitForFinish } from '../runFiles';
import type { WalkSession } from '../walkSession';

interface Spec {
	readonly parent?: string;
	readonly model: { readonly kind: string; readonly runId?: string };
}

/** DPO whose policy starts, and whose reference stays, at the end of the SFT run. */
export async function trainDpo(session: WalkSession): Promise<void> {
	await launchRecipe(session, 'dpo-tiny.yaml');
	const folder = await adoptNewRun(session, 'DPO');
	const spec = await readJson<Spec>(`${folder}/spec.json`);
	assert.equal(spec.model.kind, 'checkpoint');
	assert.equal(spec.model.runId, session.runs.get('SFT'));
	await waitForMonitor(session, 'dpo-tiny');
	await watchLossMove(session);
	await waitForFinish(folder);
	await waitForState(session, 'finished');
	await session.picture('dpo-finished');

	const lines = await metricsOf(folder);
	const check = lines.find(line => 'reference_log_ratio_per_token' in line.values);
	const firstTrain = lines.find(line => line.kind === 'train');
	assert.ok(check && firstTrain, 'the run checked itself and trained');
	assert.ok(check.n < firstTrain.n && check.step === 0, 'the check stands before step 1');
	const ratio = Number(check.values['reference_log_ratio_per_token']);
	assert.ok(ratio <= 1e-4, 'policy and reference are the same model before step 1');
	const margins = lines.filter(line => 'rewards/margins' in line.values);
	assert.ok(margins.length > 0, 'DPO wrote its margins');
	session.note(
		`DPO from the SFT checkpoint: before step 1 policy and reference ` +
			`agree within ${ratio.toExponential(1)} nats per token; the margin ended at ` +
			Number(margins.at(-1)?.values['rewards/margins']).toFixed(3),
	);
}
