import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback that makes a network bad on demand. */
export class TcpProxy {
	/** Milliseconds added to each direction. */
	delay = 0;
	/** Connections accepted so far. */
	accepted = 0;
	/** Bytes that clients have sent so far. */
	sent = 0;
	/** Told of each piece that clients send, before it is passed on. */
	onSent: ((sent: number) => void) | undefined;
	/** Bytes that the server has sent so far, and who is told of each piece before it is passed on. */
	received = 0;
	onReceived: ((received: number) => void) | undefined;
	#frozen = false;
	#budget: number | undefined;
	readonly #waiting: (() => void)[] = [];
	readonly #abandoned = new Set<Socket>();
	readonly #pairs = new Set<readonly [Socket, Socket]>();
	readonly #held: (() => void)[] = [];

	private constructor(
		readonly target: number,
		readonly server: Server,
	) {}

	static async start(target: number): Promise<TcpProxy> {
		const server = createServer();
		const proxy = new TcpProxy(target, server);
		server.on('connection', near => proxy.#join(near));
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		return proxy;
	}

	get port(): number {
		const address = this.server.address();
		return typeof address === 'object' && address !== null ? address.port : 0;
	}

	/** Nothing passes and nothing is closed: a cable pulled, a lid shut. */
	freeze(): void {
		this.#frozen = true;
	}

	thaw(): void {
		this.#frozen = false;
		for (const pass of this.#held.splice(0)) {
			pass();
		}
	}

	/** Nothing passes any more on the connections of now, and nobody is told; new ones work. */
	abandon(): void {
		for (const pair of this.#pairs) {
			pair.forEach(socket => this.#abandoned.add(socket));
		}
	}

	/** From now on clients may send only what is granted; more of it waits. */
	grant(bytes: number): void {
		this.#budget = (this.#budget ?? 0) + bytes;
		for (const go of this.#waiting.splice(0)) {
			go();
		}
	}

	/** Ends every connection with a TCP reset. */
	reset(): void {
		for (const [near, far] of this.#pairs) {
			near.resetAndDestroy();
			far.resetAndDestroy();
		}
	}

	async stop(): Promise<void> {
		this.reset();
		await new Promise(resolve => this.server.close(resolve));
	}

	#join(near: Socket): void {
		this.accepted++;
		const far = createConnection(this.target, '127.0.0.1');
		const pair = [near, far] as const;
		this.#pairs.add(pair);
		this.#carry(near, far, true);
		this.#carry(far, near, false);
		const forget = (): void => void this.#pairs.delete(pair);
		near.on('close', forget);
		far.on('close', forget);
	}

	#carry(from: Socket, to: Socket, isUp: boolean): void {
		from.setNoDelay(true);
		from.on('error', () => this.#abandoned.has(from) || to.destroy());
		from.on('data', chunk => {
			if (isUp) {
				this.sent += chunk.length;
				this.onSent?.(this.sent);
			} else {
				this.received += chunk.length;
				this.onReceived?.(this.received);
			}
			const pass = (): void => {
				if (this.#abandoned.has(from)) {
					return;
				}
				if (isUp && this.#budget !== undefined) {
					if (this.#budget <= 0) {
						from.pause();
						this.#waiting.push(pass);
						return;
					}
					this.#budget -= chunk.length;
					from.resume();
				}
				if (this.#frozen) {
					this.#held.push(pass);
				} else if (!to.destroyed && !to.write(chunk)) {
					from.pause();
					to.once('drain', () => from.resume());
				}
			};
			if (this.delay > 0) {
				setTimeout(pass, this.delay);
			} else {
				pass();
			}
		});
		from.on('end', () => this.#isSilent(from) || to.end());
		from.on('close', () => this.#isSilent(from) || to.destroySoon());
	}

	#isSilent(from: Socket): boolean {
		return this.#frozen || this.#abandoned.has(from);
	}
}
