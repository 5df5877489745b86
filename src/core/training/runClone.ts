import { err, ok, type Result } from '../base/result';
import type { RunSpec } from '../contract/runFiles.generated';
import { WindsockError } from '../base/errors';
import { parseRecipe } from './recipe';
import { withKeys } from './recipeText';
import { modelOf } from './runOrigin';

const earlierRemark = /^# Cloned from the run “.*\n/;

/**
 * The exact recipe of a run as a recipe of its own: what was overridden at its launch is folded in,
 * and a checkpoint that it started from is named by id and step, since a name may have come to mean
 * a newer run.
 *
 * @param name of the new run
 * @param hostName for the remark at the top
 * @param rebase a path of the old recipe as the new one has to write it
 */
export function clonedRecipe(
	spec: RunSpec,
	name: string,
	hostName: string,
	rebase: (path: string) => string,
): Result<string> {
	const { train } = spec;
	const path = train?.recipePath ?? spec.name;
	const text = train?.recipeText ?? '';
	if (train === undefined || text.trim() === '') {
		const reason = 'the run keeps no recipe';
		return err(new WindsockError('recipeInvalid', { path, reason }));
	}
	const overrides = overridesOf(spec);
	const recipe = parseRecipe(text, path, overrides);
	if (!recipe.ok) {
		return recipe;
	}
	const changes = new Map<string, unknown>(Object.entries(overrides));
	for (const key of new Set([
		...Object.keys(train.arguments),
		...Object.keys(recipe.value.arguments),
	])) {
		if (!isSame(train.arguments[key], recipe.value.arguments[key])) {
			changes.set(key, train.arguments[key]);
		}
	}
	if (train.method !== recipe.value.method) {
		changes.set('method', train.method);
	}
	const model = modelOf(spec);
	if (model !== undefined && model !== recipe.value.model) {
		changes.set('model_name_or_path', model);
	}
	for (const [key, value] of Object.entries(recipe.value.paths)) {
		const moved = rebased(value, rebase);
		if (!isSame(moved, value)) {
			changes.set(key, moved);
		}
	}
	changes.set('name', name);
	changes.set('cloned_from', spec.id);
	const when = spec.createdAt.slice(0, 10);
	const remark = `# Cloned from the run “${oneLine(spec.name)}” (${spec.id}) of ${when} on ${hostName}.\n`;
	return ok(remark + withKeys(text.replace(earlierRemark, ''), changes));
}

function overridesOf(spec: RunSpec): Readonly<Record<string, unknown>> {
	const overrides: unknown = spec.train?.['overrides'];
	return typeof overrides === 'object' && overrides !== null && !Array.isArray(overrides)
		? (overrides as Record<string, unknown>)
		: {};
}

function rebased(value: unknown, rebase: (path: string) => string): unknown {
	if (typeof value === 'string') {
		return rebase(value);
	}
	if (Array.isArray(value)) {
		return value.map(entry => rebased(entry, rebase));
	}
	if (typeof value === 'object' && value !== null) {
		const { path } = value as { readonly path?: unknown };
		return typeof path === 'string' ? { ...value, path: rebase(path) } : value;
	}
	return value;
}

function isSame(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}
