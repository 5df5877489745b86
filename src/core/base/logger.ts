/** Secrets never reach a logger; prompts and responses only at trace. */
export interface Logger {
	trace(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string, error?: unknown): void;
	/** A logger whose lines carry the component's name. */
	child(component: string): Logger;
}

export const silentLogger: Logger = {
	trace: () => {},
	info: () => {},
	warn: () => {},
	error: () => {},
	child: () => silentLogger,
};
