import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageFor } from '../../../src/core/base/errorMessages';
import { parseRecipe } from '../../../src/core/training/recipe';
import { describeFindings, validateRecipe } from '../../../src/core/training/recipeValidation';
import { readCodeFolder } from '../../../src/node/transfer/codeFolder';
import { readCodeTree } from '../../../src/node/transfer/codeTree';
import { projectCode } from '../../../src/node/transfer/projectCode';
import { valueOf } from '../../support/results';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'windsock-project-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
}

const paths = async (options = {}): Promise<string[]> =>
	valueOf(await readCodeFolder(root, options)).map(file => file.path);

describe('the files of a project', () => {
	it('are those that git would track', async () => {
		write({
			'train.py': '',
			'.gitignore': '*.log\n/outputs/\ndata/*\n!data/prompts.jsonl\n',
			'run.log': '',
			'outputs/model.bin': '',
			'deep/outputs/kept.py': '',
			'data/big.parquet': '',
			'data/prompts.jsonl': '',
			'deep/.gitignore': '!debug.log\nsecret.py\n',
			'deep/debug.log': '',
			'deep/secret.py': '',
			'.git/config': '',
			'__pycache__/train.pyc': '',
			'venv/pyvenv.cfg': '',
			'venv/bin/python': '',
		});
		expect(await paths()).toEqual([
			'.gitignore',
			'data/prompts.jsonl',
			'deep/.gitignore',
			'deep/debug.log',
			'deep/outputs/kept.py',
			'train.py',
		]);
	});

	it('are fewer where .windsockignore says so, and more where a recipe names them', async () => {
		write({ 'a.py': '', 'b.py': '', 'c.py': '', '.windsockignore': 'b.py\nc.py\n' });
		expect(await paths()).toEqual(['.windsockignore', 'a.py']);
		expect(await paths({ always: ['c.py'] })).toEqual(['.windsockignore', 'a.py', 'c.py']);
	});

	it('have no links among them, which may lead anywhere', async () => {
		write({ 'a.py': '' });
		symlinkSync('/etc/passwd', join(root, 'passwd'));
		symlinkSync('/etc', join(root, 'etc'));
		expect(await paths()).toEqual(['a.py']);
	});

	it('that are too much for code are refused with what to do', async () => {
		write({ 'a.py': 'x', 'data/big.bin': 'x'.repeat(2000) });
		const refused = await readCodeFolder(root, { limits: { bytes: 1000, files: 10 } });
		const text = refused.ok ? '' : messageFor(refused.error);
		expect(text).toContain('2.00 kB in 2 files');
		expect(text).toContain('data/big.bin, 2.00 kB');
		expect(text).toContain('.gitignore');
	});

	it('give the same hash wherever they are, and another one when one changes', async () => {
		write({ 'a.py': 'one', 'b/c.py': 'two' });
		const hash = async (): Promise<string> =>
			(await readCodeTree(root, valueOf(await readCodeFolder(root)))).sha256;
		const before = await hash();
		expect(await hash()).toBe(before);
		write({ 'b/c.py': 'three' });
		expect(await hash()).not.toBe(before);
	});
});

describe('the project of a recipe', () => {
	const codeOf = async (lines: string, workspace = root) => {
		write({ 'recipes/script.yaml': lines });
		const path = join(root, 'recipes', 'script.yaml');
		return projectCode(path, valueOf(parseRecipe(lines, path)), workspace);
	};

	it('is the workspace, and the folder that it names instead', async () => {
		write({ 'train.py': '', 'code/train.py': '' });
		const whole = valueOf(await codeOf('method: script\nscript: train.py\n'));
		expect(whole.files.map(file => file.path)).toContain('code/train.py');
		const part = valueOf(await codeOf('method: script\nscript: train.py\nproject: ../code\n'));
		expect(part.files.map(file => file.path)).toEqual(['train.py']);
	});

	it('is the folder of the recipe when that is outside of the workspace', async () => {
		write({ 'recipes/train.py': '' });
		const code = valueOf(await codeOf('method: script\nscript: train.py\n', join(root, 'other')));
		expect(code.root).toBe(join(root, 'recipes'));
	});

	it.each([
		['script: ../train.py', 'is not in the project'],
		['script: /etc/passwd', 'is not in the project'],
		['script: train.py\nfiles: [../../x]', 'is not in the project'],
		['script: train.py\nproject: nowhere', 'is no folder'],
	])('is refused for “%s”', async (lines, reason) => {
		write({ 'train.py': '' });
		const refused = await codeOf(`method: script\n${lines}\n`);
		expect(refused.ok || refused.error.details['reason']).toContain(reason);
	});

	it('needs a script, and no dataset', () => {
		const findings = (text: string): string =>
			describeFindings(validateRecipe(valueOf(parseRecipe(text, 'r.yaml'))));
		expect(findings('method: script\n')).toContain('script: FILE.py');
		expect(findings('method: script\nscript: train.py\n')).toBe('');
	});
});
