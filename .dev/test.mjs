// `npm test`: all set-up, then every stage. Ends with a line "N passed, N failed".
//   npm test -- --only unit,ssh
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root } from './lib/places.mjs';
import { seconds } from './lib/progress.mjs';

await continueUnderPinnedNode(import.meta.url);
const { groups, stages } = await import('./lib/stages.mjs');
const { setUp } = await import('./setup.mjs');

function chosenStages() {
	const names = stages.map(stage => stage.name);
	let only;
	try {
		only = parseArgs({ options: { only: { type: 'string' } } }).values.only;
		const unknown = only?.split(',').filter(name => !names.includes(name)) ?? [];
		if (unknown.length > 0) {
			throw new Error(`no stage ${unknown.join(', ')}`);
		}
	} catch (error) {
		console.error(`${error.message}\nUsage: npm test [-- --only ${names.join(',')}]`);
		process.exit(2);
	}
	return only ? only.split(',') : names;
}

const chosen = chosenStages();
const selected = stages.filter(stage => chosen.includes(stage.name));
process.env.PIP_RETRIES ??= '0';
const start = performance.now();
const totals = { passed: 0, failed: 0 };

function report(stage, result, time) {
	totals.passed += result.passed;
	totals.failed += result.failed;
	const counts = [
		`${result.passed} passed`,
		...(result.failed > 0 ? [`${result.failed} failed`] : []),
		...(result.skipped > 0 ? [`${result.skipped} skipped`] : []),
	];
	const mark = result.failed === 0 ? '✓' : '✗';
	console.log(`${mark} ${stage.title.padEnd(26)} ${counts.join(', ').padEnd(32)} ${time}`);
	if (result.failed > 0) {
		const tail = result.output.trimEnd().split('\n').slice(-80);
		console.log(tail.map(line => `    ${line}`).join('\n'));
	}
}

async function runStage(stage, made) {
	const stageStart = performance.now();
	let result;
	try {
		result = await stage.run(made);
	} catch (error) {
		result = { passed: 0, failed: 1, output: error.stack ?? String(error) };
	}
	report(stage, result, seconds(stageStart));
}

try {
	rmSync(path.join(root, 'test-results'), { recursive: true, force: true });
	const made = await setUp(new Set(selected.flatMap(stage => stage.needs)), process.stdout);
	for (const lanes of groups) {
		await Promise.all(
			lanes.map(async lane => {
				for (const name of lane.filter(entry => chosen.includes(entry))) {
					await runStage(
						stages.find(stage => stage.name === name),
						made,
					);
				}
			}),
		);
	}
} catch (error) {
	console.log(error.message);
	totals.failed++;
}
console.log(`in ${seconds(start)}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
