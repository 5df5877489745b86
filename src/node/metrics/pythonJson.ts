const stringOrBare = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** JSON with the bare NaN and Infinity that Python writes; they become strings of that name. */
export function parsePythonJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (!/NaN|Infinity/.test(text)) {
			throw error;
		}
		return JSON.parse(
			text.replace(stringOrBare, token => (token[0] === '"' ? token : `"${token}"`)),
		);
	}
}

/** The object that the text is; undefined for anything else. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const value = parsePythonJson(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
