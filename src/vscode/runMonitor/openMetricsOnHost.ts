import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { hostNameOf } from '../hosts/hostsTreeProvider';
import { pickHost } from '../hosts/pickHost';
import { openMetrics, openPaths, type OpenMetricsServices } from './openMetrics';

/** Names in a folder of a host that may hold metrics. */
const offered =
	/tfevents|^trainer_state\.json$|\.(?:jsonl|ndjson|csv|tsv|wandb|db|sqlite3?|parquet|log|out|txt)$/i;

export interface OpenMetricsOnHostServices extends OpenMetricsServices {
	readonly hosts: HostDirectory & { allowRetry(name?: string): void };
}

/** Asks for a host and a file or folder there, and shows its metrics, read by ranges. */
export async function openMetricsOnHost(
	services: OpenMetricsOnHostServices,
	argument: unknown,
): Promise<void> {
	const { hosts, notifications } = services;
	const name =
		hostNameOf(argument) ??
		(await pickHost(hosts, {
			title: 'Open Metrics on Host',
			placeHolder: 'Which host has the metrics?',
		}));
	if (name === 'local') {
		await openMetrics(services, undefined, undefined);
		return;
	}
	if (name === undefined) {
		return;
	}
	hosts.allowRetry(name);
	const host = await hosts.get(name);
	if (!host.ok) {
		notifications.error(host.error);
		return;
	}
	const home = await notifications.progress(`Connecting to “${name}”`, (_progress, signal) =>
		host.value.exec(['printenv', 'HOME'], { signal }),
	);
	if (!home.ok) {
		notifications.error(home.error);
		return;
	}
	const { pickHostFile } = await import('../datasetEditor/hostFilePick');
	const path = await pickHostFile(host.value, home.value.stdout.trim() || '/', {
		title: `Open Metrics on ${name}`,
		isOffered: file => offered.test(file),
		takesFolders: true,
	});
	if (path !== undefined) {
		await openPaths(services, [`${name}:${path}`]);
	}
}
