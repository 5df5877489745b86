export interface Interval {
	readonly low: number;
	readonly high: number;
}

/**
 * Wilson score interval of a share, 95%. `wins` may be fractional (a prompt that several people
 * voted on counts once). Undefined without trials: nothing is known then.
 */
export function wilsonInterval(wins: number, trials: number, z = 1.959964): Interval | undefined {
	if (trials <= 0) {
		return undefined;
	}
	const share = wins / trials;
	const square = z * z;
	const centre = (share + square / (2 * trials)) / (1 + square / trials);
	const half =
		(z / (1 + square / trials)) *
		Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials));
	return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
