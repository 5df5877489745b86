import type { Duplex } from 'node:stream';
import type { Disposable } from '../../core/base/disposable';
import { Emitter } from '../../core/base/emitter';
import { type ErrorCode, WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import type { HostTransport, LinkState } from '../../core/hosts/host';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { onAbort } from './abort';
import { type Clock, wallClock } from './clock';
import { cancelled, connectionLost } from './hostErrors';
import { defaultTiming, SshConnection, type SshTiming } from './sshConnection';
import { connectTcp } from './sshDial';
import type { SshTarget } from './sshTarget';
import type { SshTransport } from './sshTransport';
import { beyondSsh2, chooseTransport, transportSetting } from './transportChoice';
import { WakeWatch } from './wakeWatch';

export interface SshLinkPorts {
	/** Asked anew for each connection, so that a changed config counts. */
	readonly resolve: (name: string) => Promise<Result<SshTarget>>;
	readonly prompts: ConnectionPrompts | undefined;
	readonly logger: Logger;
	readonly timing?: SshTiming;
	/** Asked anew for each connection. */
	readonly transport?: () => string | undefined;
	/** Between 0 and 1; for the jitter of retries. */
	readonly random?: () => number;
}

/** Longest chain of jumps. */
const maxJumps = 8;
/** Milliseconds: a retry due sooner is waited for, a later one fails at once with the old reason. */
const longestWait = 4000;
/** With the jitter at most 24 tries in the first hour of a host that is down. */
const longestBackOff = 300_000;

/** After these a person must act first; retrying alone would lock accounts and pile up prompts. */
const denials: ReadonlySet<ErrorCode> = new Set([
	'hostKeyUnknown',
	'hostKeyChanged',
	'hostKeyRevoked',
	'authenticationFailed',
	'hostUnsupported',
	'cancelled',
]);

interface Attempt {
	readonly result: Promise<Result<SshTransport>>;
	readonly controller: AbortController;
	waiting: number;
}

/** The one connection of a host: made when needed, made again after a loss, never after a denial. */
export class SshLink implements Disposable {
	readonly #stateChanged = new Emitter<LinkState>();
	#state: LinkState = 'idle';
	#connection: SshTransport | undefined;
	#attempt: Attempt | undefined;
	#denied: WindsockError | undefined;
	#lastFailure: WindsockError | undefined;
	#failures = 0;
	#notBefore = 0;
	#disposed = false;
	#transport: HostTransport | undefined;
	/** While tries are put off: after this machine slept, the network may be another one. */
	#wake: WakeWatch | undefined;

	constructor(
		readonly name: string,
		readonly ports: SshLinkPorts,
	) {}

	get #clock(): Clock {
		return this.ports.timing?.clock ?? wallClock;
	}

	get state(): LinkState {
		return this.#state;
	}

	/** What carries the connection, or carried the last one; undefined before the first try. */
	get transport(): HostTransport | undefined {
		return this.#transport;
	}

	readonly onDidChangeState = this.#stateChanged.event;

	/** Forgets a denial and the back-off; for when a person asks to try again. */
	allowRetry(): void {
		this.#denied = undefined;
		this.#forgetBackOff();
	}

	/** The living connection, or a new one. Aborting leaves an attempt that others wait for alone. */
	async connection(signal: AbortSignal | undefined): Promise<Result<SshTransport>> {
		const what = `connecting to ${this.name}`;
		if (signal?.aborted) {
			return err(cancelled(what));
		}
		if (this.#disposed) {
			return err(connectionLost(this.name, 'closed by Windsock'));
		}
		if (this.#connection?.ended === undefined && this.#connection !== undefined) {
			return ok(this.#connection);
		}
		if (this.#denied !== undefined) {
			return err(this.#denied);
		}
		const early = this.#notBefore - this.#clock.now();
		if (this.#attempt === undefined && early > longestWait && this.#lastFailure !== undefined) {
			return err(this.#lastFailure);
		}
		const attempt = (this.#attempt ??= this.#start(early));
		attempt.waiting++;
		const { promise, resolve } = Promise.withResolvers<Result<SshTransport>>();
		const abort = onAbort(signal, () => {
			resolve(err(cancelled(what)));
			if (--attempt.waiting === 0) {
				this.#abandon(attempt);
			}
		});
		void attempt.result.then(resolve);
		const result = await promise;
		abort.dispose();
		return result;
	}

	dispose(): void {
		this.#disposed = true;
		this.#wake?.dispose();
		this.#attempt?.controller.abort();
		this.#connection?.dispose();
		this.#stateChanged.dispose();
	}

	#start(delay: number): Attempt {
		const controller = new AbortController();
		const result = this.#run(delay, controller.signal);
		return { result, controller, waiting: 0 };
	}

	/** Nobody waits for it any more; the next operation begins a new one. */
	#abandon(attempt: Attempt): void {
		if (this.#attempt === attempt) {
			this.#attempt = undefined;
			this.#setState('disconnected');
		}
		attempt.controller.abort();
	}

	async #run(delay: number, signal: AbortSignal): Promise<Result<SshTransport>> {
		this.#setState('connecting');
		await pause(delay, signal, this.#clock);
		const result = await this.#dial(this.name, signal, 0);
		if (signal.aborted) {
			if (result.ok) {
				result.value.dispose();
			}
			return err(cancelled(`connecting to ${this.name}`));
		}
		this.#attempt = undefined;
		if (result.ok) {
			this.#adopt(result.value);
		} else {
			this.#remember(result.error);
			this.#setState('disconnected');
		}
		return result;
	}

	#adopt(connection: SshTransport): void {
		this.#connection = connection;
		this.#forgetBackOff();
		this.#lastFailure = undefined;
		connection.onDidEnd(error => {
			this.ports.logger.info(`${this.name}: ${error.message}`);
			this.#setState('disconnected');
		});
		this.#setState('connected');
	}

	#forgetBackOff(): void {
		this.#failures = 0;
		this.#notBefore = 0;
		this.#wake?.dispose();
		this.#wake = undefined;
	}

	#remember(error: WindsockError): void {
		this.#lastFailure = error;
		// Of an attempt that nobody aborted, `cancelled` is a declined prompt: a person's no.
		if (denials.has(error.code)) {
			this.#denied = error;
		} else {
			this.#wake ??= new WakeWatch(() => this.#forgetBackOff(), this.#clock);
			const random = this.ports.random ?? Math.random;
			const backOff = Math.min(longestBackOff, 1000 * 2 ** this.#failures++);
			this.#notBefore = this.#clock.now() + backOff * (0.75 + random() / 4);
		}
	}

	/** Connects to `name`, first to what it is reached through. */
	async #dial(name: string, signal: AbortSignal, depth: number): Promise<Result<SshTransport>> {
		const resolved = await this.ports.resolve(name);
		if (!resolved.ok) {
			return resolved;
		}
		return await this.#dialAs(resolved.value, resolved.value.jumps, signal, depth);
	}

	/** With the machine's own ssh where only that will do; jumps are then its business. */
	async #dialAs(
		target: SshTarget,
		jumps: readonly string[],
		signal: AbortSignal,
		depth: number,
	): Promise<Result<SshTransport>> {
		const setting = transportSetting(this.ports.transport?.());
		const choice = await chooseTransport(target, setting);
		if (choice.kind === 'system') {
			return await this.#dialBySystem({ ...target, jumps }, choice, signal, depth);
		}
		this.#tell(choice, depth);
		const beyond = beyondSsh2({ ...target, jumps });
		if (beyond !== undefined) {
			const reason = `ssh2 cannot use ${beyond}`;
			return err(new WindsockError('hostUnsupported', { host: this.name, reason }));
		}
		const result = await this.#dialThrough(target, jumps, signal, depth);
		// The two could not agree on how to talk, so nothing of a person was sent: once more, as OpenSSH.
		const { sshProgram } = target;
		if (
			!result.ok &&
			result.error.code === 'hostUnsupported' &&
			result.error.details['host'] === target.alias &&
			setting === 'auto' &&
			sshProgram !== undefined
		) {
			const reason = `since ssh2 found ${String(result.error.details['reason'])}`;
			return await this.#dialBySystem(target, { kind: 'system', reason }, signal, depth);
		}
		return result;
	}

	async #dialBySystem(
		target: SshTarget,
		choice: HostTransport,
		signal: AbortSignal,
		depth: number,
	): Promise<Result<SshTransport>> {
		this.#tell(choice, depth);
		const { prompts, logger, timing = defaultTiming } = this.ports;
		const { SystemConnection } = await import('./systemConnection');
		return await SystemConnection.connect(target, choice, { prompts, logger, timing }, signal);
	}

	#tell(choice: HostTransport, depth: number): void {
		if (depth === 0) {
			this.#transport = choice;
			this.ports.logger.info(`${this.name}: by ${choice.kind} ssh, ${choice.reason}`);
		}
	}

	async #dialThrough(
		target: SshTarget,
		jumps: readonly string[],
		signal: AbortSignal,
		depth: number,
	): Promise<Result<SshTransport>> {
		if (depth > maxJumps) {
			const reason = 'its jumps go round in a circle';
			return err(new WindsockError('hostUnsupported', { host: this.name, reason }));
		}
		const last = jumps.at(-1);
		if (last === undefined) {
			const stream = await connectTcp(target, signal);
			return stream.ok ? await this.#shakeHands(stream.value, target, signal) : stream;
		}
		const jump = await this.#dialJump(last, jumps.slice(0, -1), signal, depth);
		if (!jump.ok) {
			return jump;
		}
		const to = { host: target.hostName, port: target.port };
		const stream = await jump.value.dial(to, signal);
		if (!stream.ok) {
			jump.value.dispose();
			return stream;
		}
		const inner = await this.#shakeHands(stream.value, target, signal);
		if (inner.ok) {
			inner.value.onDidEnd(() => jump.value.dispose());
			jump.value.onDidEnd(error => inner.value.lose(error.message));
		} else {
			jump.value.dispose();
		}
		return inner;
	}

	/** The hops before a jump replace those of the jump's own config, as in OpenSSH. */
	async #dialJump(
		name: string,
		before: readonly string[],
		signal: AbortSignal,
		depth: number,
	): Promise<Result<SshTransport>> {
		if (before.length === 0) {
			return await this.#dial(name, signal, depth + 1);
		}
		const resolved = await this.ports.resolve(name);
		return resolved.ok ? await this.#dialAs(resolved.value, before, signal, depth + 1) : resolved;
	}

	#shakeHands(
		stream: Duplex,
		target: SshTarget,
		signal: AbortSignal,
	): Promise<Result<SshTransport>> {
		const { prompts, logger, timing = defaultTiming } = this.ports;
		return SshConnection.connect(stream, target, { prompts, logger, timing }, signal);
	}

	#setState(state: LinkState): void {
		if (this.#state !== state) {
			this.#state = state;
			this.#stateChanged.fire(state);
		}
	}
}

async function pause(milliseconds: number, signal: AbortSignal, clock: Clock): Promise<void> {
	if (milliseconds <= 0) {
		return;
	}
	const { promise, resolve } = Promise.withResolvers<void>();
	const timer = clock.after(milliseconds, resolve);
	const abort = onAbort(signal, resolve);
	await promise;
	timer.dispose();
	abort.dispose();
}
