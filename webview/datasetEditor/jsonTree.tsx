import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JsonPath } from '../../src/core/dataset/jsonScanner';

/** Children beyond this many wait for a click. */
const portion = 100;
/** Small lists and objects are open down to here: what an unknown row says shall be seen. */
const openDepth = 5;
const small = 12;

function isSmall(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length <= small;
}

/** A value as a tree that opens on demand, so that depth and width cost nothing until they are seen. */
export function JsonTree(props: {
	readonly value: unknown;
	readonly name?: string;
	readonly depth?: number;
	/** Where the value stands in its row; with `leaf`, what draws its texts and numbers. */
	readonly path?: JsonPath;
	readonly leaf?: (path: JsonPath, value: unknown) => JSX.Element;
}): JSX.Element {
	const { value, name, depth = 0, path = [], leaf } = props;
	const [isOpen, setOpen] = useState(depth < 2 || (depth < openDepth && isSmall(value)));
	const [shown, setShown] = useState(portion);
	if (value === null || typeof value !== 'object') {
		return (
			<div class="ws-json-leaf">
				{name !== undefined && <span class="ws-json-key">{name}: </span>}
				{leaf ? (
					leaf(path, value)
				) : (
					<span class={`ws-json-${typeof value}`}>{leafText(value)}</span>
				)}
			</div>
		);
	}
	const entries = Object.entries(value);
	const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
	return (
		<details class="ws-json" open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
			<summary>
				{name !== undefined && <span class="ws-json-key">{name} </span>}
				<span class="ws-muted">{size}</span>
			</summary>
			{isOpen && (
				<div class="ws-json-children">
					{entries.slice(0, shown).map(([key, child]) => (
						<JsonTree
							key={key}
							name={key}
							value={child}
							depth={depth + 1}
							path={[...path, Array.isArray(value) ? Number(key) : key]}
							leaf={leaf}
						/>
					))}
					{entries.length > shown && (
						<button class="ws-link" onClick={() => setShown(shown + portion)}>
							{entries.length - shown} more
						</button>
					)}
				</div>
			)}
		</details>
	);
}

function leafText(value: unknown): string {
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
