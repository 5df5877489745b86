import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let host: PracticeHost;
const runs: string[] = [];
beforeAll(async () => {
	host = await PracticeHost.create();
	for (const steps of [4, 6]) {
		const argv = ['launch', host.recipe([`max_steps: ${steps}`]), '--wait', '--json'];
		runs.push(String((JSON.parse((await windsockOn(host, argv)).out) as { runId: string }).runId));
	}
});
afterAll(() => host.dispose());

async function report(...argv: string[]): Promise<string> {
	const out = argv.at(-1) ?? '';
	const said = await windsockOn(host, ['report', ...argv.slice(0, -1), '--out', out, '--json']);
	expect(said.err).toBe('');
	expect(said.code).toBe(0);
	return readFileSync(out, 'utf8');
}

const file = (name: string): string => join(host.workspace, name);

describe('windsock report', () => {
	it('writes one page on a run that needs nothing else, the same bytes each time', async () => {
		const [run = ''] = runs;
		const page = await report(run, file('a.html'));
		expect(await report(run, file('b.html'))).toBe(page);
		expect(page).toContain("default-src 'none'");
		// Links to the sources of findings are followed only by whoever clicks them.
		expect(page.replaceAll(/<a href="https:[^"]*" rel="noreferrer">/g, '')).not.toMatch(
			/<script|<link|<img|\son\w+=|url\(|@import|https?:\/\/(?!www\.w3\.org)/,
		);
		for (const word of [
			'Findings',
			'Gradient norm',
			'Loss',
			'Results',
			'Duration',
			'sha256',
			'max_steps: 4',
			run,
		]) {
			expect(page).toContain(word);
		}
		expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
	});

	it('says of several runs what differs', async () => {
		const page = await report(...runs, file('two.html'));
		const differing = page.slice(page.indexOf('What differs'), page.indexOf('The same in all'));
		expect(differing).toMatch(/max_steps<\/th><td class="long">4<\/td><td class="long">6</);
		expect(differing).not.toContain('Environment lock');
	});

	it('takes files of other tools beside runs', async () => {
		const foreign = file('<img src=x>.json');
		const row = '{"loss": NaN, "step": 1}, {"loss": 0.5, "<b>x</b>": 2, "step": 2}';
		writeFileSync(foreign, `{"log_history": [${row}, {"loss": 1}]}`);
		const page = await report(foreign, runs[0] ?? '', file('three.html'));
		expect(page).not.toMatch(/<img|<b>x/);
		expect(page).toContain('&lt;img src=x&gt;.json');
		expect(page).toContain('1 rows without a step');
	});

	it('writes the results as Markdown and LaTeX', async () => {
		const markdown = await report(...runs, file('r.md'));
		expect(markdown).toMatch(/^\| Metric \| n \|/);
		const latex = await report(...runs, file('r.tex'));
		expect(latex).toContain('\\toprule');
	});

	it.each([['r.pdf'], ['']])('exits 2 where it is to write “%s”', async out => {
		const said = await windsockOn(host, ['report', runs[0] ?? '', '--out', out]);
		expect(said.code).toBe(2);
		expect(said.err).toContain('.html, .md or .tex');
	});

	it('exits 1 where there is no such run, and where it cannot write', async () => {
		const unknown = await windsockOn(host, ['report', 'nosuch', '--out', file('x.html')]);
		expect(unknown.code).toBe(1);
		const nowhere = join(file('missing'), 'folder', 'x.html');
		const said = await windsockOn(host, ['report', runs[0] ?? '', '--out', nowhere]);
		expect(said.code).toBe(1);
		expect(said.err).toContain('cannot be written');
	});
});
