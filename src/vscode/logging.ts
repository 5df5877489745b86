import type * as vscode from 'vscode';
import type { Logger } from '../core/base/logger';

/** Loggers that write to the one Windsock channel of the Output view. */
export class ChannelLogger implements Logger {
	constructor(
		private readonly channel: vscode.LogOutputChannel,
		private readonly component = '',
	) {}

	trace(message: string): void {
		this.channel.trace(this.#line(message));
	}

	info(message: string): void {
		this.channel.info(this.#line(message));
	}

	warn(message: string): void {
		this.channel.warn(this.#line(message));
	}

	error(message: string, error?: unknown): void {
		this.channel.error(this.#line(message));
		for (let cause = error; cause instanceof Error; cause = cause.cause) {
			this.channel.error(cause.stack ?? cause.message);
		}
	}

	child(component: string): Logger {
		return new ChannelLogger(
			this.channel,
			this.component === '' ? component : `${this.component}.${component}`,
		);
	}

	#line(message: string): string {
		return this.component === '' ? message : `[${this.component}] ${message}`;
	}
}
