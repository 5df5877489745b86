import { strict as assert } from 'node:assert';
import { openMonitor, panelPoints, waitForState } from '../runMonitor';
import { hasEnded, metricsOf, waitForFinish } from '../runFiles';
import type { WalkSession } from '../walkSession';

/** A run outlives the editor; the chart of a new window has every point, once. */
export async function surviveClosedWindow(session: WalkSession): Promise<void> {
	const folder = session.runFolder('SFT');
	await session.closeWindow();
	const linesAtClose = (await metricsOf(folder)).length;
	assert.ok(!hasEnded(folder), 'the run goes on without a window');
	const exit = await waitForFinish(folder);

	await session.openWindow();
	await openMonitor(session, 'sft-tiny');
	await waitForState(session, 'finished');
	const lines = await metricsOf(folder);
	const losses = lines.filter(line => line.kind === 'train' && 'loss' in line.values);
	const steps = lines.filter(line => line.kind === 'step');
	assert.deepEqual(
		steps.map(line => line.step),
		steps.map((_, index) => index + 1),
		'every step has one line',
	);
	const evalLosses = lines.filter(line => line.kind === 'eval' && 'eval_loss' in line.values);
	const points = steps.length + losses.length + evalLosses.length;
	await panelPoints(session, 'loss', points, steps.length);
	assert.deepEqual(
		lines.map(line => line.n),
		lines.map((_, index) => index + 1),
		'lines are numbered without a gap or a duplicate',
	);
	await session.picture('sft-complete-after-reopening');
	session.note(
		`closed the window at ${linesAtClose} lines of metrics; the run ended by itself with ` +
			`${lines.length} after ${exit.durationSeconds.toFixed(1)} s; the new window shows ` +
			`${points} loss points, the last ${Number(losses.at(-1)?.values['loss']).toFixed(2)}`,
	);
}
