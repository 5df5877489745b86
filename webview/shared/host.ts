import { Rpc, type Side } from '../../src/protocol/rpc';

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

// May be called once per page; kept private to this module so that nothing else can post.
const api = acquireVsCodeApi();

type ServedRequests<S extends Side> = ConstructorParameters<typeof Rpc<S, Side>>[1];
type ServedNotifications<S extends Side> = ConstructorParameters<typeof Rpc<S, Side>>[2];

/** Connects a page to the extension host. The page calls `ready()` when its listeners are set. */
export function connectToHost<Page extends Side, Host extends Side>(
	requests: ServedRequests<Page>,
	notifications: ServedNotifications<Page>,
): Rpc<Page, Host> {
	return new Rpc<Page, Host>(
		{
			post: message => api.postMessage(message),
			onMessage: listener => {
				const receive = (event: MessageEvent<unknown>): void => listener(event.data);
				window.addEventListener('message', receive);
				return { dispose: () => window.removeEventListener('message', receive) };
			},
		},
		requests,
		notifications,
	);
}

/** Small view state (selection, scroll, filter) that survives hiding and restart; never data. */
export function loadViewState<T>(fallback: T): T {
	const state = api.getState();
	return state === undefined ? fallback : { ...fallback, ...(state as Partial<T>) };
}

export function saveViewState(state: unknown): void {
	api.setState(state);
}
