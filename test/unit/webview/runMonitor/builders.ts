import type { MonitoredRun } from '../../../../src/protocol/runMonitor';

/** A running run with what a test does not care about filled in. */
export function monitored(id: string, fields: Partial<MonitoredRun> = {}): MonitoredRun {
	return {
		id,
		name: `run ${id}`,
		kind: 'train',
		method: 'sft',
		hostName: 'local',
		createdAt: '2026-01-01T00:00:00Z',
		state: 'running',
		message: '',
		attempt: 1,
		readOnly: false,
		lastLogLine: '',
		...fields,
	};
}
