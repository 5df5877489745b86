/** What ssh2 keeps of a channel: `window` is what the server may still send. */
interface Ssh2Channel {
	readonly incoming: { window: number };
	readonly outgoing: { readonly id: number; readonly state: string };
	push(data: Buffer | null): unknown;
}

interface Ssh2Protocol {
	channelWindowAdjust(channel: number, bytes: number): void;
}

/** Bytes that a server may have under way to us: what bounds a download is this per round trip. */
const windowBytes = 4 << 20;
/** Taken bytes after which the server is told to go on. */
const stepBytes = 256 << 10;

/**
 * Opens the window of a channel wider and keeps it open. ssh2 has 2 MiB and gives more only when half
 * of them are used up, so that on a long way only about 1 MiB is under way.
 */
export function keepWindowOpen(channel: object, protocol: object): void {
	const { incoming, outgoing } = channel as Ssh2Channel;
	const open = (): void => {
		const more = windowBytes - incoming.window;
		if (more >= stepBytes && outgoing.state !== 'closed') {
			incoming.window += more;
			(protocol as Ssh2Protocol).channelWindowAdjust(outgoing.id, more);
		}
	};
	const push = (channel as Ssh2Channel).push.bind(channel);
	(channel as Ssh2Channel).push = data => {
		const wanted = push(data);
		// A reader that is full gets no more than it has been promised.
		if (data !== null && wanted !== false) {
			open();
		}
		return wanted;
	};
	open();
}
