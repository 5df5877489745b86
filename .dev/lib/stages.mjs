// The stages of `npm test`: what each needs, how it runs, and how its results are counted.
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runInEditorTests } from './inEditor.mjs';
import { root, tool } from './places.mjs';
import { capture } from './processes.mjs';
import { pytestVariables, pythonTool, pythonVariables } from './python.mjs';
import { packageExtension } from './vsix.mjs';

/**
 * @typedef {{passed: number, failed: number, skipped?: number, output: string}} StageResult
 * @typedef {{name: string, title: string, needs: string[], run: (made: object) => Promise<StageResult>}} Stage
 */

const reports = path.join(root, 'test-results', 'reports');

function reportFile(name) {
	mkdirSync(reports, { recursive: true });
	const file = path.join(reports, name);
	rmSync(file, { force: true });
	return file;
}

/** Programs that only say yes or no count as one test each. */
async function programs(commands) {
	const result = { passed: 0, failed: 0, output: '' };
	for (const [command, args, env] of commands) {
		const { code, output } = await capture(command, args, { env: { ...process.env, ...env } });
		if (code === 0) {
			result.passed++;
		} else {
			result.failed++;
			result.output += `${path.basename(command)} ${args.join(' ')}\n${output}\n`;
		}
	}
	return result;
}

async function types() {
	const projects = globSync(
		['src/*/tsconfig.json', 'webview/tsconfig.json', 'test/tsconfig.json'],
		{
			cwd: root,
		},
	).sort();
	return programs(projects.map(project => [tool('tsc'), ['-p', project, '--pretty', 'false']]));
}

async function vitest(project, variables = {}) {
	const file = reportFile(`${project}.json`);
	const { code, output } = await capture(
		tool('vitest'),
		[
			'run',
			`--project=${project}`,
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${file}`,
			'--passWithNoTests',
		],
		{ env: { ...process.env, NO_COLOR: '1', ...variables } },
	);
	let report;
	try {
		report = JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return { passed: 0, failed: 1, output };
	}
	// A file that cannot be loaded fails without a failed test in it.
	const unloadable = report.testResults.filter(
		result =>
			result.status === 'failed' &&
			!result.assertionResults.some(assertion => assertion.status === 'failed'),
	).length;
	const failed = report.numFailedTests + unloadable;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && code !== 0 ? 1 : failed,
		skipped: report.numPendingTests,
		output: output.slice(Math.max(0, output.search(/⎯+ (Failed|Unhandled)/))),
	};
}

async function pytest({ python }) {
	const file = reportFile('pytest.xml');
	const { code, output } = await capture(python, ['-m', 'pytest', '-q', `--junitxml=${file}`], {
		env: pytestVariables(),
	});
	let totals;
	try {
		totals = /<testsuite\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
	} catch {
		return { passed: 0, failed: 1, output };
	}
	const total = name => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? 0);
	const bad = total('failures') + total('errors');
	const skipped = total('skipped');
	return {
		passed: total('tests') - bad - skipped,
		failed: bad === 0 && code !== 0 ? 1 : bad,
		skipped,
		output,
	};
}

async function packaging() {
	const { checks, bytes } = await packageExtension();
	const problems = checks.filter(({ problem }) => problem);
	return {
		passed: checks.length - problems.length,
		failed: problems.length,
		output: [
			`${bytes} bytes`,
			...problems.map(({ name, problem }) => `not true that ${name}: ${problem}`),
		].join('\n'),
	};
}

async function inEditor({ variables }) {
	Object.assign(process.env, variables);
	const { passed, failed } = await runInEditorTests();
	return {
		passed: passed.length,
		failed: failed.length,
		output: failed.map(({ title, message }) => `✗ ${title}\n${message}`).join('\n\n'),
	};
}

/** @type {readonly Stage[]} */
export const stages = [
	{
		name: 'format',
		title: 'Format',
		needs: [],
		run: () => programs([[tool('prettier'), ['--check', '.']]]),
	},
	{
		name: 'lint',
		title: 'Lint',
		needs: [],
		run: () => programs([[tool('oxlint'), ['--type-aware']]]),
	},
	{ name: 'types', title: 'Types', needs: [], run: types },
	{
		name: 'generated',
		title: 'Generated files',
		needs: ['python'],
		run: () => programs([[process.execPath, ['.dev/generate.mjs', '--check']]]),
	},
	{
		name: 'ruff',
		title: 'Python format and lint',
		needs: ['pythonTools'],
		run: () =>
			programs([
				[pythonTool('ruff'), ['format', '--check', '.'], pythonVariables()],
				[pythonTool('ruff'), ['check', '.'], pythonVariables()],
			]),
	},
	{ name: 'pytest', title: 'Python tests', needs: ['pythonTools', 'tinyModel'], run: pytest },
	{
		name: 'unit',
		title: 'Unit and contract tests',
		needs: ['build', 'python'],
		run: () => vitest('unit'),
	},
	{ name: 'ssh', title: 'Against a real sshd', needs: ['ssh', 'python'], run: () => vitest('ssh') },
	{
		name: 'slurm',
		title: 'On a real Slurm',
		needs: ['build', 'ssh', 'slurm', 'python', 'tinyModel'],
		run: () => vitest('slurm'),
	},
	{ name: 'package', title: 'Packaging', needs: ['productionBuild'], run: packaging },
	{
		name: 'vscode',
		title: 'In the editor',
		needs: ['productionBuild', 'bench', 'git'],
		run: async made => {
			await packageExtension();
			return inEditor(made);
		},
	},
	{
		name: 'window',
		title: 'In a window, by clicks',
		needs: ['productionBuild', 'bench', 'ssh'],
		run: async ({ variables }) => {
			const { file } = await packageExtension();
			return vitest('window', { ...variables, WINDSOCK_VSIX: file });
		},
	},
	{
		name: 'e2e',
		title: 'The whole loop over SSH',
		needs: ['productionBuild', 'python', 'tinyModel', 'bench', 'ssh', 'git'],
		run: async ({ variables }) => {
			const { file } = await packageExtension();
			return vitest('e2e', { ...variables, WINDSOCK_VSIX: file });
		},
	},
];

/** Stages of one lane run after each other, lanes beside each other, groups after each other. */
export const groups = [
	[
		['pytest', 'ssh', 'slurm'],
		['format', 'lint', 'types', 'generated', 'ruff', 'unit', 'package', 'vscode', 'window'],
	],
	// Alone: it measures the product while it works.
	[['e2e']],
];
