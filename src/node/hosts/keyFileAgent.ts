import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';
import { reasonOf } from '../../core/base/errors';
import type { Logger } from '../../core/base/logger';

const { BaseAgent, utils } = ssh2;

/** Asks for the passphrase of a key file; undefined gives the key up. */
export type AskPassphrase = (file: string) => Promise<string | undefined>;

interface Identity {
	readonly file: string;
	readonly key: ParsedKey;
}

/**
 * Private key files as an agent. A key is offered by its public half, so a passphrase is asked for
 * only when the server would take that key.
 */
export class KeyFileAgent extends BaseAgent<ParsedKey> {
	readonly #identities: Identity[] = [];
	readonly #unlocked = new Map<string, ParsedKey>();

	constructor(
		readonly ask: AskPassphrase,
		readonly logger: Logger,
	) {
		super();
	}

	/** Public halves of the files that are there, in their order, without those of `known`. */
	async load(files: readonly string[], known: readonly ParsedKey[]): Promise<number> {
		for (const file of files) {
			const key = await this.#publicKey(file);
			const listed = key !== undefined && known.some(other => sameKey(other, key));
			if (key !== undefined && !listed) {
				this.#identities.push({ file, key });
			}
		}
		return this.#identities.length;
	}

	override getIdentities(
		callback: (error: Error | null | undefined, keys?: ParsedKey[]) => void,
	): void {
		callback(
			undefined,
			this.#identities.map(identity => identity.key),
		);
	}

	override sign(
		publicKey: ParsedKey,
		data: Buffer,
		options: SigningRequestOptions | SignCallback,
		callback?: SignCallback,
	): void {
		const done = typeof options === 'function' ? options : callback;
		const hash = typeof options === 'function' ? undefined : options.hash;
		this.#privateKey(publicKey).then(
			key => {
				const signature: Buffer | Error = key.sign(data, hash);
				if (signature instanceof Error) {
					done?.(signature);
				} else {
					done?.(null, signature);
				}
			},
			error => done?.(error instanceof Error ? error : new Error(String(error))),
		);
	}

	async #publicKey(file: string): Promise<ParsedKey | undefined> {
		const text = await readOptional(file);
		if (text === undefined) {
			return undefined;
		}
		const published = await publishedKey(file);
		if (published !== undefined) {
			return published;
		}
		const key = parse(text);
		if (!(key instanceof Error)) {
			this.#unlocked.set(file, key);
			return key;
		}
		const header = isEncrypted(key) ? publicHalf(text) : undefined;
		if (header === undefined) {
			this.logger.warn(`cannot use ${file}: ${key.message}`);
		}
		return header;
	}

	async #privateKey(publicKey: ParsedKey): Promise<ParsedKey> {
		const identity = this.#identities.find(({ key }) => sameKey(key, publicKey));
		if (identity === undefined) {
			throw new Error('no such key');
		}
		const unlocked = this.#unlocked.get(identity.file) ?? (await this.#unlock(identity.file));
		this.#unlocked.set(identity.file, unlocked);
		return unlocked;
	}

	async #unlock(file: string): Promise<ParsedKey> {
		const text = await readFile(file);
		let key = parse(text);
		for (let tries = 0; key instanceof Error && isEncrypted(key) && tries < 3; tries++) {
			const passphrase = await this.ask(file);
			if (passphrase === undefined) {
				throw new Error(`no passphrase for ${file}`);
			}
			key = parse(text, passphrase);
		}
		if (key instanceof Error) {
			throw new Error(`cannot use ${file}: ${reasonOf(key)}`);
		}
		return key;
	}
}

/** The key that a key file names, also when only its public half is there. */
export async function namedKey(file: string): Promise<ParsedKey | undefined> {
	const published = await publishedKey(file);
	const text = published === undefined ? await readOptional(file) : undefined;
	if (text === undefined) {
		return published;
	}
	const key = parse(text);
	return key instanceof Error ? publicHalf(text) : key;
}

async function publishedKey(file: string): Promise<ParsedKey | undefined> {
	const text = await readOptional(`${file}.pub`);
	const key = text === undefined ? undefined : parse(text);
	return key instanceof Error ? undefined : key;
}

/** Undefined when the file is not there or not readable: then it is no key of this person. */
async function readOptional(file: string): Promise<Buffer | undefined> {
	return await readFile(file).catch(() => undefined);
}

export function sameKey(a: ParsedKey, b: ParsedKey): boolean {
	return a.getPublicSSH().equals(b.getPublicSSH());
}

function parse(text: Buffer, passphrase?: string): ParsedKey | Error {
	const parsed: ParsedKey | ParsedKey[] | Error = utils.parseKey(text, passphrase);
	const key = Array.isArray(parsed) ? parsed[0] : parsed;
	return key ?? new Error('no key in the file');
}

function isEncrypted(error: Error): boolean {
	return /passphrase/i.test(error.message);
}

/** OpenSSH's private key format carries the public key in the clear. */
function publicHalf(text: Buffer): ParsedKey | undefined {
	const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(
		text.toString('latin1'),
	);
	const bytes = Buffer.from(body?.[1] ?? '', 'base64');
	const magic = 'openssh-key-v1\0';
	if (bytes.toString('latin1', 0, magic.length) !== magic) {
		return undefined;
	}
	let position = magic.length;
	const next = (): Buffer => {
		const start = position + 4;
		position = start + bytes.readUInt32BE(position);
		return bytes.subarray(start, position);
	};
	try {
		next();
		next();
		next();
		position += 4;
		const blob = next();
		const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
		const key = parse(Buffer.from(`${type} ${blob.toString('base64')}`));
		return key instanceof Error ? undefined : key;
	} catch (error) {
		if (error instanceof RangeError) {
			return undefined;
		}
		throw error;
	}
}
