/**
 * JSON text over several lines, every token as it is spelt. Text that is no JSON comes out in some
 * layout, with nothing lost but blank between tokens.
 */
export function prettyJson(text: string, indent = '  '): string {
	let depth = 0;
	let result = '';
	const line = (): string => `\n${indent.repeat(depth)}`;
	const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[^\s",:{}[\]]+|[,:{}[\]]/g) ?? [];
	for (const [i, token] of tokens.entries()) {
		switch (token) {
			case '{':
			case '[': {
				const isEmpty = tokens[i + 1] === '}' || tokens[i + 1] === ']';
				depth++;
				result += isEmpty ? token : token + line();
				break;
			}
			case '}':
			case ']': {
				const isEmpty = tokens[i - 1] === '{' || tokens[i - 1] === '[';
				depth = Math.max(0, depth - 1);
				result += isEmpty ? token : line() + token;
				break;
			}
			case ',':
				result += token + line();
				break;
			case ':':
				result += ': ';
				break;
			default:
				result += token;
		}
	}
	return result;
}
