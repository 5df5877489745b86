import type { MessagePort } from '../../src/protocol/rpc';

/** Two ends of a pipe that copies and delivers in order, as a webview's does. */
export function linkedPorts(): [MessagePort, MessagePort] {
	const listeners: [Set<(m: unknown) => void>, Set<(m: unknown) => void>] = [new Set(), new Set()];
	const end = (mine: 0 | 1): MessagePort => ({
		post: message => {
			const copy = structuredClone(message);
			queueMicrotask(() => listeners[mine === 0 ? 1 : 0].forEach(listener => listener(copy)));
		},
		onMessage: listener => {
			listeners[mine].add(listener);
			return { dispose: () => void listeners[mine].delete(listener) };
		},
	});
	return [end(0), end(1)];
}
