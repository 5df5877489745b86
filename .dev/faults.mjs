// `npm run test:faults`: the tests of the twelve guarantees with every fault as often as the
// guarantee says, and a table of what was survived. `npm test` runs the same tests with few tries.
//   npm run test:faults -- uploads        only the files with that in their name
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root, tool } from './lib/places.mjs';
import { spawnSync } from 'node:child_process';

await continueUnderPinnedNode(import.meta.url);
const { setUp } = await import('./setup.mjs');
const made = await setUp(new Set(['build', 'python', 'pythonTools', 'tinyModel', 'ssh', 'slurm']));
const { pytestVariables } = await import('./lib/python.mjs');

const folder = mkdtempSync(path.join(tmpdir(), 'windsock-faults-'));
const report = path.join(folder, 'faults.jsonl');
const variables = { WINDSOCK_FAULTS: 'full', WINDSOCK_FAULT_REPORT: report, ...made.variables };
const names = process.argv.slice(2);

const vitest = ['run', '--project=ssh', '--project=slurm', '--testTimeout=3600000', ...names];
const node = run(tool('node'), [path.join(root, 'node_modules/vitest/vitest.mjs'), ...vitest], {});
const python =
	names.length === 0
		? run(made.python, ['-m', 'pytest', '-q', 'test/remote/unit'], pytestVariables())
		: 0;
printTable(report);
rmSync(folder, { recursive: true });
process.exit(node || python);

function run(program, words, more) {
	const env = { ...process.env, ...variables, ...more };
	return spawnSync(program, words, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

function printTable(file) {
	let rows = [];
	try {
		rows = readFileSync(file, 'utf8')
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
	} catch {
		console.log('no fault was tried');
		return;
	}
	rows.sort((a, b) => a.guarantee - b.guarantee || a.fault.localeCompare(b.fault));
	const cells = rows.map(({ guarantee, fault, tries, survived, seconds }) => {
		const sorted = seconds.toSorted((a, b) => a - b);
		const time = place => (sorted[Math.floor((sorted.length - 1) * place)] ?? 0).toFixed(1);
		return [`${guarantee}`, fault, `${survived}/${tries}`, time(0.5), time(1)];
	});
	const all = [['#', 'FAULT', 'SURVIVED', 'MEDIAN s', 'LONGEST s'], ...cells];
	const widths = all[0].map((_, i) => Math.max(...all.map(row => row[i].length)));
	console.log(
		`\n${all.map(row => row.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n')}`,
	);
}
