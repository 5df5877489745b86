import { createContext, type ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';

/** How a page shows the text of a Markdown tree. */
export interface LeafViews {
	/** @param leaf the part of the tree whose text it is: the same object as in the tree */
	readonly text: (leaf: object, text: string) => ComponentChildren;
	/** Links and addresses are shown, and nothing opens. */
	readonly inert: boolean;
}

export const plainLeaves: LeafViews = { text: (_, text) => text, inert: false };
export const LeafContext = createContext<LeafViews>(plainLeaves);

/** A text of the tree as the page shows it. */
export function Leaf(props: { readonly of: object; readonly text: string }): ComponentChildren {
	return useContext(LeafContext).text(props.of, props.text);
}
