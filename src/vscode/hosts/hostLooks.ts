import * as vscode from 'vscode';
import type { Disposable } from '../../core/base/disposable';
import { DisposableStore } from '../../core/base/disposable';
import type { Result } from '../../core/base/result';
import type { HostLook } from '../../node/hosts/hostCard';
import type { LiveFacts } from '../../node/hosts/hostAnswer';
import type { WindsockError } from '../../core/base/errors';
import type { ProbedHost } from '../../node/runs/hostProbe';

export interface HostLookServices {
	readonly probe: (host: string, signal: AbortSignal) => Promise<Result<ProbedHost>>;
	readonly follow: (
		host: string,
		onFacts: (facts: LiveFacts) => void,
		onEnd: (error: WindsockError | undefined) => void,
	) => Disposable;
}

/** What this window knows of its hosts. A host is followed only while it is on screen. */
export class HostLooks implements Disposable {
	readonly #disposables = new DisposableStore();
	readonly #changed = this.#disposables.add(new vscode.EventEmitter<string>());
	/** Names the host. */
	readonly onDidChange = this.#changed.event;
	readonly #probed = new Map<string, ProbedHost>();
	readonly #live = new Map<string, LiveFacts>();
	readonly #following = new Map<string, Disposable>();
	readonly #failed = new Map<string, WindsockError>();
	readonly #looking = new Map<string, Promise<Result<ProbedHost>>>();

	constructor(private readonly services: HostLookServices) {}

	/** `undefined` for a host that nobody has looked at in this window. */
	of(host: string): HostLook | undefined {
		const probed = this.#probed.get(host);
		return probed && { ...probed, live: this.#live.get(host), sharing: this.#sharing(host) };
	}

	/** Why the last look failed; `undefined` where it did not. */
	failureOf(host: string): WindsockError | undefined {
		return this.#failed.get(host);
	}

	isLooking(host: string): boolean {
		return this.#looking.has(host);
	}

	/** Connects where it must. Two who ask at the same time get the same answer. */
	async look(host: string, signal: AbortSignal): Promise<Result<ProbedHost>> {
		let looking = this.#looking.get(host);
		if (!looking) {
			looking = this.services.probe(host, signal);
			this.#looking.set(host, looking);
			this.#changed.fire(host);
		}
		try {
			const probed = await looking;
			if (probed.ok) {
				this.#probed.set(host, probed.value);
				this.#failed.delete(host);
			} else if (probed.error.code !== 'cancelled') {
				this.#failed.set(host, probed.error);
			}
			return probed;
		} finally {
			this.#looking.delete(host);
			this.#changed.fire(host);
		}
	}

	/** The hosts that are on screen now; those that were looked at are followed, all others are not. */
	show(hosts: ReadonlySet<string>): void {
		for (const [host, following] of this.#following) {
			if (!hosts.has(host)) {
				following.dispose();
				this.#following.delete(host);
			}
		}
		for (const host of hosts) {
			if (this.#probed.has(host) && !this.#following.has(host)) {
				this.#follow(host);
			}
		}
	}

	dispose(): void {
		this.show(new Set());
		this.#disposables.dispose();
	}

	#follow(host: string): void {
		const following = this.services.follow(
			host,
			facts => {
				this.#live.set(host, facts);
				this.#changed.fire(host);
			},
			() => {
				// What was seen last stays; it is followed again when it is shown again.
				if (this.#following.get(host) === following) {
					this.#following.delete(host);
				}
			},
		);
		this.#following.set(host, following);
	}

	#sharing(host: string): readonly string[] {
		const id = this.#probed.get(host)?.facts.homeId;
		return id
			? [...this.#probed]
					.filter(([other, { facts }]) => other !== host && facts.homeId === id)
					.map(([other]) => other)
			: [];
	}
}
