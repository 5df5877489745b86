// The Python side: the product's own pinned environment, and the tools that only tests need.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { cacheRoot, environmentsRoot, modelsRoot, root } from './places.mjs';
import { capture, check, onPath } from './processes.mjs';

const environmentFolder = path.join(root, 'remote', 'windsock_remote', 'environment');
const toolsFile = path.join(root, '.dev', 'python-tools.txt');

/** pip asks an unreachable index five times for each package unless told otherwise. */
export function pythonVariables(more = {}) {
	return {
		PIP_RETRIES: '0',
		...process.env,
		PYTHONPATH: path.join(root, 'remote'),
		PYTHONDONTWRITEBYTECODE: '1',
		...more,
	};
}

/** The same rule as the product's: 16 hex digits over the pins and the constraints. */
export function lockHash() {
	const text = ['requirements.txt', 'constraints.txt']
		.map(name => readFileSync(path.join(environmentFolder, name), 'utf8'))
		.join('\n');
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Any Python that can run the part of windsock_remote that needs only the standard library. */
async function anyPython() {
	for (const name of [
		'python3',
		'python3.14',
		'python3.13',
		'python3.12',
		'python3.11',
		'python3.10',
	]) {
		const program = onPath(name);
		if (
			program &&
			(await capture(program, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'])).code === 0
		) {
			return program;
		}
	}
	throw new Error(
		'Python 3.10 or newer is missing: install it, for instance with `apt-get install python3 python3-venv`',
	);
}

/** The product's own progress lines; pip's many are shown only when it fails. */
function isNews(line) {
	return /^(Making|Installing packages|Waiting|Building|Removing)\b/.test(line);
}

/** Builds the pinned environment of the `local` host when it is not there; returns its Python. */
export async function ensurePython(note = () => {}) {
	const hash = lockHash();
	await check(
		await anyPython(),
		['-m', 'windsock_remote', 'env', '--root', environmentsRoot, '--lock-hash', hash],
		{ env: pythonVariables(), onLine: line => isNews(line) && note(line) },
	);
	return path.join(environmentsRoot, hash, 'bin', 'python');
}

function toolsFolder() {
	const hash = createHash('sha256').update(readFileSync(toolsFile)).update(lockHash());
	return path.join(cacheRoot, `python-tools-${hash.digest('hex').slice(0, 16)}`);
}

/** A program of the test tools (ruff). */
export function pythonTool(name) {
	return path.join(toolsFolder(), 'bin', name);
}

/** What `python -m pytest` needs to see both the environment and the test tools. */
export function pytestVariables() {
	return pythonVariables({
		PYTHONPATH: [path.join(root, 'remote'), toolsFolder()].join(path.delimiter),
		HF_HUB_OFFLINE: '1',
		TOKENIZERS_PARALLELISM: 'false',
	});
}

/** pytest, ruff and jsonschema beside the environment, never in it: it stays what the product builds. */
export async function ensurePythonTools(python) {
	const folder = toolsFolder();
	if (existsSync(folder)) {
		return 'cached';
	}
	return withLock(`${folder}.lock`, async () => {
		if (!existsSync(folder)) {
			const temporary = `${folder}.part`;
			rmSync(temporary, { recursive: true, force: true });
			await check(
				python,
				['-m', 'pip', 'install', '--quiet', '--target', temporary, '-r', toolsFile],
				{ env: pythonVariables() },
			);
			renameSync(temporary, folder);
		}
		return undefined;
	});
}

/** Builds the practice model of the `local` host when it is not there. */
export async function ensureTinyModel(python) {
	const { stdout } = await check(python, ['-m', 'windsock_remote', 'tiny', '--out', modelsRoot], {
		env: pythonVariables(),
	});
	return path.basename(JSON.parse(stdout).path);
}
