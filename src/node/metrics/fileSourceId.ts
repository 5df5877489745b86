import type { MetricFormat } from './detectFormat';

/** What a file source's id says; enough to find it again after a restart. */
export interface FileSourceId {
	/** The path, or `host:path`. */
	readonly label: string;
	readonly format: MetricFormat;
	/** Which of the runs of its files; '' where they hold one. */
	readonly run: string;
}

const begin = 'file:';
const words: Readonly<Record<MetricFormat, string>> = {
	'metrics.jsonl': 'run',
	'trainer_state.json': 'state',
	'TensorBoard events': 'events',
	'trainer_log.jsonl': 'trainer-log',
	'JSON lines': 'lines',
	CSV: 'csv',
	'Windsock CSV': 'export',
	log: 'log',
	'Trackio database': 'trackio',
	Parquet: 'parquet',
	'W&B file': 'wandb',
};
const formats = new Map(
	Object.entries(words).map(([format, word]) => [word, format as MetricFormat]),
);

export function isFileSource(id: string): boolean {
	return id.startsWith(begin);
}

export function fileSourceId({ label, format, run }: FileSourceId): string {
	return `${begin}${label}#${words[format]}#${encodeURIComponent(run)}`;
}

/** Undefined for what is no such id: ids come back from the state of a page. */
export function parseFileSourceId(id: string): FileSourceId | undefined {
	if (!isFileSource(id)) {
		return undefined;
	}
	const [, label = '', word = '', run = ''] =
		/^(.+)#([a-z-]+)#([^#]*)$/s.exec(id.slice(begin.length)) ?? [];
	const format = formats.get(word);
	if (format === undefined) {
		return undefined;
	}
	try {
		return { label, format, run: decodeURIComponent(run) };
	} catch {
		return undefined;
	}
}
