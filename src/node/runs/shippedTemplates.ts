import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';

/** A chat template that comes with Windsock: a model's own, with marks for assistant_only_loss. */
export interface ShippedTemplate {
	/** Of its file, without the extension. */
	readonly name: string;
	/** What it is, in a line. */
	readonly summary: string;
	readonly text: string;
}

/** The templates in the product's folder of recipes, by name. */
export async function shippedTemplates(folder: string): Promise<readonly ShippedTemplate[]> {
	const files = (await readdir(folder, { recursive: true })).filter(file =>
		file.endsWith('.jinja'),
	);
	const templates = await Promise.all(
		files.map(async file => {
			const text = await readFile(join(folder, file), 'utf8');
			const summary = /^\{#-?\s*(.*?)\s*-?#\}/s.exec(text)?.[1] ?? '';
			return { name: basename(file, '.jinja'), summary, text };
		}),
	);
	// A graph has a copy of the one that its recipes name.
	const byName = new Map(templates.map(template => [template.name, template]));
	return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Puts a template beside a recipe; a file of the same content stays, another one is never written
 * over.
 *
 * @returns the name that the recipe gives it
 */
export async function copyTemplateBeside(
	{ name, text }: ShippedTemplate,
	recipePath: string,
): Promise<Result<string>> {
	const path = join(dirname(recipePath), `${name}.jinja`);
	try {
		if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) {
			await writeFile(path, text, { flag: 'wx' });
		}
	} catch (error) {
		const details = { path, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return ok(basename(path));
}
