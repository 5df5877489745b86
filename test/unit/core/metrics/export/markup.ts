/** The elements of a markup text in order; throws where one is not closed or an entity is unknown. */
export function elementsOf(text: string): readonly string[] {
	const open: string[] = [];
	const all: string[] = [];
	const token =
		/<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|<|>|&(?!(?:amp|lt|gt|quot|#39);)/g;
	for (const [found, closes, name = '', , closed] of text.matchAll(token)) {
		if (name === '') {
			throw new Error(`a bare ${found} in ${text.slice(0, 80)}`);
		}
		if (closes === '/') {
			const last = open.pop();
			if (last !== name) {
				throw new Error(`${name} ends where ${last} is open`);
			}
			continue;
		}
		all.push(name);
		if (closed !== '/') {
			open.push(name);
		}
	}
	if (open.length > 0) {
		throw new Error(`${open.join(', ')} never end`);
	}
	return all;
}
