// What each developer command needs before it can begin, as steps with progress.
import { ensureCodeServer, benchVariables } from './lib/bench.mjs';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { runSteps } from './lib/progress.mjs';
import { ensurePython, ensurePythonTools, ensureTinyModel } from './lib/python.mjs';
import { ensureSampleWorkspace } from './lib/sample.mjs';
import { ensurePrograms } from './lib/system.mjs';

/**
 * Makes what is missing of the named needs, in this order: `build` or `productionBuild`, `python`,
 * `pythonTools`, `tinyModel`, `bench`, `ssh`, `slurm`, `git`, `sampleWorkspace`. The dependencies always.
 * @param {ReadonlySet<string>} needs
 * @returns {Promise<{python?: string, variables: Record<string, string>, sampleWorkspace?: string}>}
 *   `variables` is for the environment of tests that use the bench
 */
export async function setUp(needs, out = process.stderr) {
	const made = { variables: {} };
	const steps = [
		['Dependencies', note => ensureDependencies(note), true],
		[
			'Build',
			() => ensureBuild({ production: needs.has('productionBuild') }),
			needs.has('build') || needs.has('productionBuild'),
		],
		[
			'Python environment',
			async note => {
				made.python = await ensurePython(note);
			},
			needs.has('python') || needs.has('pythonTools') || needs.has('tinyModel'),
		],
		['Python test tools', () => ensurePythonTools(made.python), needs.has('pythonTools')],
		['Tiny base model', () => ensureTinyModel(made.python), needs.has('tinyModel')],
		[
			'Bench VS Code',
			async note => {
				const result = await ensureCodeServer(note);
				made.variables = await benchVariables(note);
				return result;
			},
			needs.has('bench'),
		],
		['SSH server', note => programs(['sshd', 'ssh'], note), needs.has('ssh')],
		['Slurm', note => programs(['slurmctld', 'munged'], note), needs.has('slurm')],
		['git', note => programs(['git'], note), needs.has('git')],
		[
			'Sample workspace',
			async () => {
				made.sampleWorkspace = await ensureSampleWorkspace();
				return made.sampleWorkspace;
			},
			needs.has('sampleWorkspace'),
		],
	];
	await runSteps(
		steps.filter(([, , needed]) => needed),
		out,
	);
	return made;
}

async function programs(names, note) {
	await ensurePrograms(names, note);
}
