import { WindsockError } from '../../../core/base/errors';
import { err, ok, type Result } from '../../../core/base/result';
import { hubLocationText, parseHubLocation } from '../../../core/dataset/hub/hubLocation';
import type { HubChoice } from './hubChoices';
import type { HubPlace } from './hubPlace';

/**
 * The location of one split of a dataset of the Hub, at the commit that its revision names now.
 *
 * @param config the configuration that the split is of; the default one, or the only one that has it
 */
export async function locateSplit(
	place: Pick<HubPlace, 'choices'>,
	location: string,
	split: string,
	config: string | undefined,
	signal: AbortSignal,
): Promise<Result<string>> {
	const parsed = parseHubLocation(location);
	if (!parsed.ok) {
		return parsed;
	}
	const found = await place.choices(parsed.value, signal);
	if (!found.ok) {
		return found;
	}
	const { listing, choices } = found.value;
	const named = choices.filter(choice => isSplit(choice, split, config));
	const [only] = named;
	if (only === undefined || named.length > 1) {
		const what = config === undefined ? split : `${config} / ${split}`;
		const list = choices.slice(0, 12).map(({ name }) => name);
		const reason = `it has ${named.length === 0 ? 'no split' : 'several splits'} “${what}”; there are ${list.join(', ')}`;
		return err(new WindsockError('datasetUnclear', { path: location, reason }));
	}
	return ok(hubLocationText({ id: listing.id, revision: listing.commit, path: only.path }));
}

/** By the name that the card gives, else by the beginning of the files' names. */
function isSplit({ name, path }: HubChoice, split: string, config: string | undefined): boolean {
	if (name !== path) {
		const [first, second] = name.split(' / ');
		return second === undefined
			? name === split && (config === undefined || config === 'default')
			: second === split && (config === undefined || config === first);
	}
	const parts = path.split('/');
	const file = parts.at(-1) ?? '';
	const folders = parts.slice(0, -1);
	const isNamed = file.startsWith(split) && !/^[\w]/.test(file.slice(split.length));
	const isOwn = isNamed || folders.includes(split);
	return isOwn && (config === undefined || config === 'default' || folders.includes(config));
}
