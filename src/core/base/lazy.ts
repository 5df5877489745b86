/**
 * A value that is made with its first use. For what costs milliseconds to make, such as the parts
 * of `Intl`, which load tables: at the top of a module they would hold up the start of a window.
 */
export function lazy<T>(make: () => T): () => T {
	let made: { readonly value: T } | undefined;
	return () => (made ??= { value: make() }).value;
}
