/** What the page asks of the extension host. */
export interface Actions {
	/** An empty value takes the key out. */
	change(key: string, value: string): void;
	/** Gives an option a field. */
	want(key: string): void;
	launch(): void;
	/** Shows the recipe's text, where it speaks of a key. */
	showText(key?: string): void;
}
