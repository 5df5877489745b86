import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	codesOf,
	findingCodes,
	type FindingCode,
} from '../../../../src/core/dataset/findings/finding';
import { DatasetFile } from '../../../../src/node/dataset/datasetFile';

// `labelled.jsonl` is written for this test, with as many decoys as faults: names with a small
// letter, code, quotations, lists, abbreviations, placeholders, numbers that are no telephone's.
// Line for line `labels.txt` has the findings that a person gives to the row.
const folder = join(import.meta.dirname, '../../../fixtures/datasets/findings');

/** These need another file, or are asked for. */
const onRequest: readonly string[] = ['nearDuplicate', 'promptInOtherSet', 'preflight'];
const judged = findingCodes.filter(code => !onRequest.includes(code));

interface Tally {
	right: number;
	readonly missed: number[];
	readonly wrong: number[];
}

describe('on labelled rows', () => {
	const tallies = new Map<FindingCode, Tally>(
		judged.map(code => [code, { right: 0, missed: [], wrong: [] }]),
	);
	let rows = 0;

	beforeAll(async () => {
		const labels = readFileSync(join(folder, 'labels.txt'), 'utf8').trimEnd().split('\n');
		const opened = await DatasetFile.open(join(folder, 'labelled.jsonl'), { scan: true });
		if (!opened.ok) {
			throw opened.error;
		}
		await opened.value.scanned;
		const { scan } = opened.value;
		rows = scan.count;
		expect(labels.length).toBe(rows);
		for (const [row, line] of labels.entries()) {
			const wanted = new Set(line.split(' '));
			const found = new Set(codesOf(scan.findingsOf(row)));
			for (const code of judged) {
				const tally = tallies.get(code);
				if (wanted.has(code) && found.has(code)) {
					tally!.right++;
				} else if (wanted.has(code)) {
					tally!.missed.push(row + 1);
				} else if (found.has(code)) {
					tally!.wrong.push(row + 1);
				}
			}
		}
		await opened.value.close();
		process.stdout.write(
			[...tallies]
				.map(([code, tally]) => lineOf(code, tally))
				.map(line => `${line}\n`)
				.join(''),
		);
	});

	it('there are at least 300 rows', () => {
		expect(rows).toBeGreaterThanOrEqual(300);
	});

	it.each(judged)('%s has a precision and a recall of 0.9 at least', code => {
		const { right, missed, wrong } = tallies.get(code)!;
		expect(right + missed.length).toBeGreaterThanOrEqual(10);
		expect(right / (right + wrong.length), `wrong in ${wrong.join(', ')}`).toBeGreaterThanOrEqual(
			0.9,
		);
		expect(
			right / (right + missed.length),
			`missed in ${missed.join(', ')}`,
		).toBeGreaterThanOrEqual(0.9);
	});
});

function lineOf(code: string, { right, missed, wrong }: Tally): string {
	const precision = (right / (right + wrong.length)).toFixed(3);
	const recall = (right / (right + missed.length)).toFixed(3);
	const of = right + missed.length;
	const words = `${code.padEnd(22)} precision ${precision}  recall ${recall}  of ${String(of).padStart(3)}`;
	const faults = [
		...(wrong.length === 0 ? [] : [`wrong in ${wrong.join(', ')}`]),
		...(missed.length === 0 ? [] : [`missed in ${missed.join(', ')}`]),
	];
	return [words, ...faults].join('  ');
}
