import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';

/** What axe reports of a page; the part that is read here. */
interface AxeResults {
	readonly violations: readonly {
		readonly id: string;
		readonly impact: string | null;
		readonly nodes: readonly {
			readonly target: readonly unknown[];
			readonly failureSummary: string;
		}[];
	}[];
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of axe about a page, a line each; empty when there are none. */
export async function seriousFindings(frame: Frame): Promise<readonly string[]> {
	await frame.evaluate(source);
	const { violations } = await frame.evaluate<AxeResults>(
		'axe.run(document, { resultTypes: ["violations"] })',
	);
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.flatMap(({ id, nodes }) =>
			nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
		);
}
