// From a line of metrics written on the host to its point in the open run monitor, over ssh on
// loopback. Both ends read the same clock.
import path from 'node:path';
import { launchRecipe, lossPanel, waitForState } from '../e2e/runMonitor';
import { adoptNewRun, metricsOf, waitForFinish } from '../e2e/runFiles';
import { WalkSession } from '../e2e/walkSession';
import type { Measurement, MeasureOptions } from '../support/bench/measurement';
import { SshServer } from '../support/sshServer';

interface Sighting {
	readonly step: number;
	/** Unix milliseconds. */
	readonly at: number;
}

export async function measure({ root, vsix }: MeasureOptions): Promise<readonly Measurement[]> {
	const ssh = await SshServer.start();
	ssh.trust();
	const session = await WalkSession.start({
		root,
		vsix,
		hostName: 'gpu-box',
		sshConfigFile: ssh.writeConfig('gpu-box'),
		pictures: path.join(root, 'test-results', 'bench'),
	});
	try {
		await launchRecipe(session, 'sft-tiny.yaml');
		const folder = await adoptNewRun(session, 'SFT');
		const panel = await lossPanel(session);
		await panel.evaluate(element => {
			const seen: Sighting[] = [];
			Reflect.set(window, 'windsockSightings', seen);
			new MutationObserver(() =>
				seen.push({ step: Number(element.getAttribute('data-last-step')), at: Date.now() }),
			).observe(element, { attributes: true, attributeFilter: ['data-last-step'] });
		});
		await waitForFinish(folder);
		await waitForState(session, 'finished');
		const sightings = await panel.evaluate(
			() => Reflect.get(window, 'windsockSightings') as Sighting[],
		);
		const lags = (await metricsOf(folder))
			.filter(line => line.kind === 'train' && 'loss' in line.values)
			.flatMap(line => {
				// Lines that came in one batch are seen with the last of them.
				const seen = sightings.find(({ step }) => step >= line.step);
				return seen && line.step > (sightings[0]?.step ?? 0) - 1
					? [seen.at / 1000 - line.wall]
					: [];
			})
			.sort((a, b) => a - b);
		const quantile = (share: number): number => lags[Math.ceil(share * lags.length) - 1] ?? 0;
		return [
			{ what: `metric lag, median of ${lags.length} points`, value: quantile(0.5), unit: 's' },
			{ what: 'metric lag, p95', value: quantile(0.95), unit: 's', limit: 0.5 },
		];
	} finally {
		await session.stop();
		await ssh.stop();
	}
}
