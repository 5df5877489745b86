/** Milliseconds of work before the thread is left free for a moment. */
const slice = 25;

/**
 * Goes through work that yields now and then, leaving the thread free in between. Undefined when
 * the signal ended it.
 */
export async function patientWork<Y, T>(
	work: Generator<Y, T>,
	signal: AbortSignal | undefined,
	onYield: (value: Y) => void,
): Promise<T | undefined> {
	let since = performance.now();
	let step = work.next();
	while (step.done !== true) {
		onYield(step.value);
		if (performance.now() - since > slice) {
			await new Promise(resolve => setImmediate(resolve));
			since = performance.now();
		}
		if (signal?.aborted === true) {
			return undefined;
		}
		step = work.next();
	}
	return step.value;
}

/** Pieces of text as one, in UTF-8; undefined when the signal ended it. */
export async function joinedPieces(
	pieces: Generator<string, void>,
	signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
	const encoder = new TextEncoder();
	const parts: Uint8Array[] = [];
	let length = 0;
	const done = await patientWork(wholeOf(pieces), signal, piece => {
		const part = encoder.encode(piece);
		parts.push(part);
		length += part.length;
	});
	if (done === undefined) {
		return undefined;
	}
	const all = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

function* wholeOf(pieces: Generator<string, void>): Generator<string, true> {
	yield* pieces;
	return true;
}
