// Numbered steps with the time each took: "[3/7] Python environment … 42 s".

export function seconds(since) {
	const passed = (performance.now() - since) / 1000;
	return passed < 10 ? `${passed.toFixed(1)} s` : `${Math.round(passed)} s`;
}

/**
 * Runs steps in order. A step's function gets `note`, which shows one line below the step's own.
 * @param {readonly (readonly [string, (note: (line: string) => void) => Promise<string | void>])[]} steps
 *   what a function returns is shown behind the time
 */
export async function runSteps(steps, out = process.stderr) {
	for (const [index, [title, action]] of steps.entries()) {
		const start = performance.now();
		const head = `[${index + 1}/${steps.length}] ${title} …`;
		let onHead = true;
		out.write(head);
		const note = line => {
			out.write(`${onHead ? '\n' : ''}      ${line}\n`);
			onHead = false;
		};
		let result;
		try {
			result = await action(note);
		} catch (error) {
			out.write(`${onHead ? ' ' : `${head} `}failed after ${seconds(start)}\n`);
			throw error;
		}
		out.write(`${onHead ? ' ' : `${head} `}${seconds(start)}${result ? `  (${result})` : ''}\n`);
	}
}
