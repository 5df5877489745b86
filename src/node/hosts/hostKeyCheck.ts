import { appendFile, chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';
import { err, ok, type Result } from '../../core/base/result';
import type { ConnectionPrompts } from '../../core/hosts/hostDirectory';
import { cancelled, unwritable } from './hostErrors';
import {
	fingerprint,
	formatKnownHostsLine,
	type HostKeyVerdict,
	judgeHostKey,
	keyType,
	knownKeyTypes,
	type KnownHostsLine,
	lineMatches,
	lookupName,
	parseKnownHosts,
} from './knownHosts';
import { addressOf, sshCommandFor, type SshTarget } from './sshTarget';

/**
 * Decides once per connection whether a host is the one it should be. Nothing of a person's
 * credentials may be sent before `decide` says ok.
 */
export class HostKeyCheck {
	readonly #names: readonly string[];
	#lines: readonly KnownHostsLine[] = [];
	#accepted: Uint8Array | undefined;

	constructor(
		readonly target: SshTarget,
		readonly prompts: ConnectionPrompts | undefined,
		readonly logger: Logger,
	) {
		const { hostKeyAlias, hostName, port } = target;
		// A key stored without a port is good for every port, as in OpenSSH.
		this.#names =
			hostKeyAlias === undefined
				? [...new Set([lookupName(hostName, port), lookupName(hostName, 22)])]
				: [hostKeyAlias.toLowerCase()];
	}

	/** Reads the known_hosts files; returns the key types to prefer. */
	async load(): Promise<ReadonlySet<string>> {
		const { userKnownHostsFiles, globalKnownHostsFiles } = this.target;
		const lines: KnownHostsLine[] = [];
		for (const file of [...userKnownHostsFiles, ...globalKnownHostsFiles]) {
			lines.push(...parseKnownHosts(await readOptional(file), file));
		}
		this.#lines = lines;
		// As in OpenSSH only by the name with its port: keys stored without one are looked at later.
		return knownKeyTypes(lines, this.#names.slice(0, 1));
	}

	/** After `load`: whether lines name who signs the host's keys, and whether none names a key. */
	get authority(): { readonly isNamed: boolean; readonly isAlone: boolean } {
		const relevant = this.#lines.filter(line => this.#names.some(name => lineMatches(line, name)));
		const isNamed = relevant.some(line => line.marker === 'cert-authority');
		return { isNamed, isAlone: isNamed && !relevant.some(line => line.marker === 'none') };
	}

	/**
	 * At a rekey: whether the key is the one that was accepted. Undefined before the first verdict.
	 * A rekey must be answered at once, while data is on its way.
	 */
	accepts(key: Uint8Array): boolean | undefined {
		return this.#accepted === undefined ? undefined : Buffer.compare(this.#accepted, key) === 0;
	}

	/** The verdict for the first key that a connection shows. */
	async decide(key: Uint8Array): Promise<Result<void>> {
		const copy = Uint8Array.from(key);
		const verdict = await this.#firstVerdict(copy);
		this.#accepted = verdict.ok ? copy : undefined;
		return verdict;
	}

	#judge(key: Uint8Array): HostKeyVerdict {
		const [name = '', withoutPort] = this.#names;
		const verdict = judgeHostKey(this.#lines, name, key);
		if (verdict.kind === 'unknown' && withoutPort !== undefined) {
			const other = judgeHostKey(this.#lines, withoutPort, key);
			return other.kind === 'changed' ? verdict : other;
		}
		return verdict;
	}

	async #firstVerdict(key: Uint8Array): Promise<Result<void>> {
		const verdict = this.#judge(key);
		switch (verdict.kind) {
			case 'known':
				return ok();
			case 'revoked':
				return err(this.#refusal('hostKeyRevoked', key));
			case 'changed':
				this.logger.warn(
					`the key of ${this.target.alias} differs from ${verdict.file}:${verdict.line}`,
				);
				return err(this.#refusal('hostKeyChanged', key));
			case 'unknown':
				return await this.#unknown(key);
		}
	}

	async #unknown(key: Uint8Array): Promise<Result<void>> {
		const { strictHostKeyChecking: strict, alias } = this.target;
		if (strict === 'yes' || (strict !== 'accept-new' && this.prompts === undefined)) {
			return err(this.#refusal('hostKeyUnknown', key));
		}
		if (strict === 'no') {
			this.logger.warn(`StrictHostKeyChecking is off for ${alias}; asking all the same`);
		}
		if (strict !== 'accept-new') {
			const accepted = await this.prompts?.confirmHostKey({
				host: alias,
				address: addressOf(this.target),
				keyType: keyType(key) ?? '',
				fingerprint: fingerprint(key),
			});
			if (accepted !== true) {
				return err(cancelled(`the key of ${alias} was not accepted`));
			}
		}
		return await this.#append(key);
	}

	async #append(key: Uint8Array): Promise<Result<void>> {
		const [file] = this.target.userKnownHostsFiles;
		if (file === undefined) {
			return ok();
		}
		try {
			const line = formatKnownHostsLine(this.#names[0] ?? '', key, this.target.hashKnownHosts);
			await appendKnownHost(file, line);
			this.logger.info(`added the key of ${this.target.alias} to ${file}`);
			return ok();
		} catch (error) {
			return err(unwritable(file, error));
		}
	}

	#refusal(
		code: 'hostKeyUnknown' | 'hostKeyChanged' | 'hostKeyRevoked',
		key: Uint8Array,
	): WindsockError {
		return new WindsockError(code, {
			host: this.target.alias,
			address: addressOf(this.target),
			keyType: keyType(key),
			fingerprint: fingerprint(key),
			lookup: this.#names[0],
			command: code === 'hostKeyUnknown' ? sshCommandFor(this.target) : undefined,
		});
	}
}

/** Appends one line, after a line end if the file lacks one. A new file is for its owner only. */
export async function appendKnownHost(file: string, line: string): Promise<void> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	const isNew = !(await exists(file));
	const before = await readOptional(file);
	const gap = before === '' || before.endsWith('\n') ? '' : '\n';
	await appendFile(file, `${gap}${line}\n`, { mode: 0o600 });
	if (isNew) {
		await chmod(file, 0o600);
	}
}

async function exists(file: string): Promise<boolean> {
	return (await stat(file).catch(() => undefined)) !== undefined;
}

/** The text of a file, empty when it is not there; other failures throw, for they hide keys. */
async function readOptional(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return '';
		}
		throw error;
	}
}
