import { createContext, Script } from 'node:vm';

const mostMilliseconds = 250;
const script = new Script('new RegExp(pattern, "su").test(text)');

/** Whether a pattern is found in a text, in bounded time and memory: some patterns try for ever. */
export function boundedMatch(pattern: string, text: string): boolean | 'tooSlow' {
	try {
		// Only texts go in, and nothing of them is run as code.
		const context = createContext(Object.assign(Object.create(null) as object, { pattern, text }));
		return script.runInContext(context, { timeout: mostMilliseconds }) === true;
	} catch (error) {
		if (Reflect.get(Object(error) as object, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
			return 'tooSlow';
		}
		// The other world has a RangeError of its own. What is still to be tried has no more room.
		if (Reflect.get(Object(error) as object, 'name') === 'RangeError') {
			return 'tooSlow';
		}
		throw error;
	}
}
