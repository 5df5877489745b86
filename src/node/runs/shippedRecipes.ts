import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import { parseRecipe, type Recipe } from '../../core/training/recipe';

/** A recipe that comes with Windsock. */
export interface ShippedRecipe {
	/** `folder/name`, without the extension. */
	readonly name: string;
	readonly method: string;
	/** What it is, in a line. */
	readonly summary: string;
	/** The rest of its remark: whose settings, what it is meant for. */
	readonly remarks: string;
	readonly text: string;
}

/** The recipes in the product's folder of recipes: step by step, the paper's after the later ones. */
export async function shippedRecipes(folder: string): Promise<readonly ShippedRecipe[]> {
	const files = (await readdir(folder, { recursive: true }))
		.map(file => file.replaceAll('\\', '/'))
		.filter(file => file.endsWith('.yaml'))
		.sort();
	const recipes = await Promise.all(
		files.map(async file => {
			const text = await readFile(join(folder, file), 'utf8');
			const remark = [...text.matchAll(/^# (.*)$/gm)].map(([, line]) => line ?? '');
			const head = remark.slice(0, remark.indexOf('---') < 0 ? undefined : remark.indexOf('---'));
			const recipe = shippedText(text, file);
			const [summary = '', ...rest] = head;
			const name = file.replace(/\.yaml$/, '');
			return { name, method: recipe.method, summary, remarks: rest.join(' '), text };
		}),
	);
	const place = ({ name, method }: ShippedRecipe): number =>
		Number(basename(name).startsWith('paper-')) * 2 + Number(method !== 'sft');
	return recipes.sort((a, b) => place(a) - place(b));
}

/**
 * Copies a shipped recipe, with the chat template that it names, to be changed at will.
 *
 * @param target the recipe to write; nothing is written over
 * @returns what was written, the recipe first
 */
export async function copyShippedRecipe(
	folder: string,
	name: string,
	target: string,
): Promise<Result<readonly string[]>> {
	const shipped = (await shippedRecipes(folder)).find(recipe => recipe.name === name);
	if (shipped === undefined) {
		return err(new WindsockError('fileMissing', { path: name }));
	}
	const template = shippedText(shipped.text, name).arguments['chat_template_path'];
	const written: string[] = [];
	try {
		await mkdir(dirname(target), { recursive: true });
		await writeFile(target, shipped.text, { flag: 'wx' });
		written.push(target);
		if (typeof template === 'string') {
			const own = join(folder, dirname(name), template);
			const beside = join(dirname(target), basename(template));
			const text = await readFile(own, 'utf8');
			// Recipes of one family share it; one that was changed is not ours to write over.
			if ((await readFile(beside, 'utf8').catch(() => undefined)) !== text) {
				await writeFile(beside, text, { flag: 'wx' });
				written.push(beside);
			}
		}
	} catch (error) {
		const details = { path: target, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return ok(written);
}

function shippedText(text: string, name: string): Recipe {
	const parsed = parseRecipe(text, name);
	if (!parsed.ok) {
		throw parsed.error;
	}
	return parsed.value;
}
