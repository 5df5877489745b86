import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
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
	const all = (await readdir(folder, { recursive: true })).map(file => file.replaceAll('\\', '/'));
	const graphs = new Set(all.filter(file => basename(file) === graphFile).map(dirname));
	// Those of a graph are of use only in it.
	const files = all.filter(file => file.endsWith('.yaml') && !graphs.has(dirname(file))).sort();
	const recipes = await Promise.all(
		files.map(async file => {
			const text = await readFile(join(folder, file), 'utf8');
			const recipe = shippedText(text, file);
			const name = file.replace(/\.yaml$/, '');
			return { name, method: recipe.method, ...remarksOf(text), text };
		}),
	);
	const place = ({ name, method }: ShippedRecipe): number =>
		Number(basename(name).startsWith('paper-')) * 2 + Number(method !== 'sft');
	return recipes.sort((a, b) => place(a) - place(b));
}

/** The remark that a file begins with or, of a recipe, that stands before its arguments. */
function remarksOf(text: string): { readonly summary: string; readonly remarks: string } {
	const remark = [...text.matchAll(/^# (.*)$/gm)].map(([, line]) => line ?? '');
	const head = remark.slice(0, remark.indexOf('---') < 0 ? undefined : remark.indexOf('---'));
	const [summary = '', ...rest] = head;
	return { summary, remarks: rest.join(' ') };
}

const graphFile = 'graph.yaml';

/** A graph that comes with Windsock, with the recipes it names. */
export interface ShippedGraph {
	/** Its folder among the shipped recipes. */
	readonly name: string;
	readonly summary: string;
	readonly remarks: string;
}

export async function shippedGraphs(folder: string): Promise<readonly ShippedGraph[]> {
	const names = (await readdir(folder, { withFileTypes: true }))
		.filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, graphFile)))
		.map(entry => entry.name)
		.sort();
	return Promise.all(
		names.map(async name => {
			const text = await readFile(join(folder, name, graphFile), 'utf8');
			return { name, ...remarksOf(text.slice(0, text.search(/^graph:/m))) };
		}),
	);
}

/**
 * Copies a shipped graph with all that it names, to be changed at will.
 *
 * @param target a folder that is not there yet
 * @returns the graph's file
 */
export async function copyShippedGraph(
	folder: string,
	name: string,
	target: string,
): Promise<Result<string>> {
	const known = await shippedGraphs(folder);
	if (!known.some(graph => graph.name === name)) {
		const remedy = `There is ${known.map(graph => graph.name).join(', ')}.`;
		return err(new WindsockError('fileMissing', { path: name, remedy }));
	}
	if (existsSync(target)) {
		const reason = 'it is there already; choose another folder';
		return err(new WindsockError('fileUnwritable', { path: target, reason }));
	}
	try {
		await mkdir(dirname(target), { recursive: true });
		await cp(join(folder, name), target, { recursive: true, errorOnExist: true, force: false });
	} catch (error) {
		const details = { path: target, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return ok(join(target, graphFile));
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
