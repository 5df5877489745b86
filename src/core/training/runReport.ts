/** Where else the metrics of a run go, as its recipe's `report_to` says. */
export interface RunReport {
	/** "W&B", "Trackio" or "TensorBoard". */
	readonly tracker: string;
	/** Its page: http or https. Absent where it has none. */
	readonly url?: string;
	/** What to know of a tracker without a page, one line. */
	readonly note?: string;
}

const trackers: ReadonlyMap<unknown, string> = new Map([
	['wandb', 'W&B'],
	['trackio', 'Trackio'],
	['tensorboard', 'TensorBoard'],
]);

/** Reads `reports` of a run's state. Hosts are not trusted: what is no link and no path is left out. */
export function runReports(value: unknown, hostName: string): RunReport[] {
	return Array.isArray(value)
		? value.slice(0, trackers.size).flatMap(each => reportOf(each, hostName))
		: [];
}

function reportOf(value: unknown, hostName: string): RunReport[] {
	if (typeof value !== 'object' || value === null) {
		return [];
	}
	const { tracker, url, path, project } = value as Record<string, unknown>;
	const name = trackers.get(tracker);
	if (name === undefined) {
		return [];
	}
	if (typeof url === 'string' && isWebAddress(url)) {
		return [{ tracker: name, url }];
	}
	if (typeof path === 'string') {
		const how = tracker === 'wandb' ? 'offline; wandb sync' : 'files in';
		return [{ tracker: name, note: `${how} ${path} on ${hostName}`.slice(0, 400) }];
	}
	return typeof project === 'string'
		? [{ tracker: name, note: `project ${project} on ${hostName}`.slice(0, 400) }]
		: [];
}

/** Without a user's name or key in it, which would land in the clipboard and in history. */
function isWebAddress(text: string): boolean {
	return /^https?:\/\/[^\s/@?#]+(?:[/?#]\S*)?$/.test(text) && text.length <= 2000;
}
