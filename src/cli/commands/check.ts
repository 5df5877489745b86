import { basename, resolve } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { RecipeFinding } from '../../core/training/recipeFinding';
import { validateRecipe } from '../../core/training/recipeValidation';
import { missingDatasets } from '../../node/runs/missingDatasets';
import { parseRecipeFile } from '../../node/runs/recipeFile';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';
import { checkedOnHost, type HostCheckOptions } from './checkOnHost';

/**
 * What is wrong with a recipe; bad news where it could not be launched. A host is asked only about
 * one that could.
 */
export async function check(
	services: Services,
	output: Output,
	path: string,
	options: HostCheckOptions,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const recipePath = resolve(path);
	const recipe = await parseRecipeFile(recipePath);
	if (!recipe.ok) {
		return recipe;
	}
	const missing = missingDatasets(recipe.value, recipePath);
	const findings = [...validateRecipe(recipe.value), ...missing].toSorted(
		(a, b) => (a.line ?? 0) - (b.line ?? 0),
	);
	const isRefused = findings.some(({ severity }) => severity === 'error');
	const { host } = options;
	const onHost =
		host === undefined || isRefused
			? undefined
			: await checkedOnHost(services, output, recipePath, { ...options, host }, signal);
	if (onHost?.ok === false) {
		return onHost;
	}
	const rows = findings.map(({ severity, line, message }) => [
		severity === 'error' ? '✗' : '!',
		line === undefined ? '' : `line ${line}`,
		message,
	]);
	const more = onHost?.value;
	const said = [...rows, ...(more?.rows ?? [])];
	// Nobody may take a fine recipe for fine data.
	const unseen =
		more === undefined ? ' in the recipe; --host HOST looks at its rows, memory and disk too' : '';
	const nothing = more?.isWhole === false ? '' : `${basename(path)}: nothing to mend${unseen}\n`;
	return ok({
		json: {
			recipe: recipePath,
			findings: [...findings.map(plain), ...(more?.findings ?? [])],
			...(more === undefined ? {} : { preflight: more.preflight }),
		},
		text: `${said.length === 0 ? nothing : table(said)}${more?.amounts ?? ''}`,
		exitCode: isRefused || more?.isBad === true ? 1 : 0,
	});
}

function plain({ code, severity, message, line, key, fix }: RecipeFinding): object {
	return { code, severity, message, line, key, fix };
}
