import type { AuditedPair } from './marginAudit';

/** A held-out pair of a DPO run, at one evaluation. */
export interface HeldOutPair extends AuditedPair {
	readonly step: number;
	/** Name of the held-out file. */
	readonly dataset: string;
	/** Line of the file, as it was sent. */
	readonly row: number;
}

export interface HeldOutMargins {
	/** Of each held-out file the last evaluation, by its name. */
	readonly datasets: ReadonlyMap<string, readonly HeldOutPair[]>;
	/** Lines that could not be read, and pairs whose numbers are none. */
	readonly broken: number;
}

/** Reads margins.jsonl. A pair that was evaluated again after a resume counts as it was last. */
export function readHeldOutMargins(text: string): HeldOutMargins {
	let broken = 0;
	const latest = new Map<string, Map<number, HeldOutPair>>();
	for (const line of text.split('\n')) {
		const pair = line.trim() === '' ? undefined : pairOf(line);
		if (pair === undefined) {
			broken += line.trim() === '' ? 0 : 1;
			continue;
		}
		const rows = latest.get(pair.dataset) ?? new Map<number, HeldOutPair>();
		const step = rows.values().next().value?.step ?? pair.step;
		if (pair.step > step) {
			rows.clear();
		}
		if (pair.step >= step) {
			rows.set(pair.row, pair);
		}
		latest.set(pair.dataset, rows);
	}
	const datasets = new Map([...latest].map(([name, rows]) => [name, [...rows.values()]]));
	return { datasets, broken };
}

function pairOf(line: string): HeldOutPair | undefined {
	let row: unknown;
	try {
		row = JSON.parse(line);
	} catch {
		return undefined;
	}
	const { step, dataset, row: place, chosen, rejected } = Object(row) as Record<string, unknown>;
	const numbers = [step, place, chosen, rejected];
	return typeof dataset === 'string' && numbers.every(value => Number.isFinite(value))
		? {
				cluster: `${dataset}\n${Number(place)}`,
				step: Number(step),
				dataset,
				row: Number(place),
				chosen: Number(chosen),
				rejected: Number(rejected),
			}
		: undefined;
}
