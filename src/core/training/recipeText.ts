import { isMap, isNode, isScalar, parseDocument, stringify } from 'yaml';

/**
 * Sets top-level keys of a recipe and leaves every other byte as it is. A key whose value changes
 * loses the remark behind it, which spoke of the old value; new keys come at the end.
 *
 * @param text a recipe that can be read
 * @param changes `undefined` takes a key out
 */
export function withKeys(text: string, changes: ReadonlyMap<string, unknown>): string {
	const document = parseDocument(text, { prettyErrors: false });
	const left = new Map(changes);
	const cuts: { readonly from: number; readonly to: number; readonly by: string }[] = [];
	for (const { key, value } of isMap(document.contents) ? document.contents.items : []) {
		const name = isScalar(key) ? String(key.value) : '';
		if (!isScalar(key) || !key.range || !left.has(name)) {
			continue;
		}
		const from = key.range[0];
		const end = (isNode(value) ? value.range?.[2] : undefined) ?? lineEnd(text, key.range[1]);
		// What stands on lines of its own behind a value speaks of what comes next.
		const own = text.slice(from, end).replace(/(\r?\n[ \t]*(#.*)?)*$/, '');
		const wanted = left.get(name);
		const by = wanted === undefined ? '' : line(name, wanted);
		const to = from + own.length;
		cuts.push({ from, to: by === '' && text[to] === '\n' ? to + 1 : to, by });
		left.delete(name);
	}
	let result = text;
	for (const { from, to, by } of cuts.toReversed()) {
		result = result.slice(0, from) + by + result.slice(to);
	}
	const added = [...left]
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${line(name, value)}\n`);
	const separator = result === '' || result.endsWith('\n') || added.length === 0 ? '' : '\n';
	return result + separator + added.join('');
}

function line(name: string, value: unknown): string {
	const options = {
		collectionStyle: 'flow',
		lineWidth: 0,
		flowCollectionPadding: false,
		// Else a long text begins lines of the recipe with its own.
		doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
	} as const;
	return `${name}: ${stringify(value, options).trimEnd()}`;
}

function lineEnd(text: string, from: number): number {
	const end = text.indexOf('\n', from);
	return end < 0 ? text.length : end;
}
