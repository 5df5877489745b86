import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenizerFilesFrom, type TokenizerFiles } from '../../core/tokens/tokenizerFiles';
import { replaceFile } from '../hosts/atomicFile';

/** Kept at most; the ones that were written longest ago go. */
const most = 12;

export interface KeptTokenizer {
	/** As the host named its content. */
	readonly hash: string;
	readonly files: TokenizerFiles;
}

/** Tokenizers of hosts, kept on this machine so that texts can be read before the host is there. */
export class TokenizerStore {
	/** @param folder of what can be fetched again */
	constructor(private readonly folder: string) {}

	/** Undefined where there is none, or nothing that can be read. */
	async find(key: string): Promise<KeptTokenizer | undefined> {
		const text = await readFile(this.#path(key), 'utf8').catch(() => undefined);
		return text === undefined ? undefined : keptFrom(text);
	}

	async keep(key: string, kept: KeptTokenizer): Promise<void> {
		await replaceFile(this.#path(key), 0o600, async file => {
			await file.writeFile(JSON.stringify(kept));
		});
		await this.#prune();
	}

	async #prune(): Promise<void> {
		const names = (await readdir(this.folder)).filter(name => name.endsWith('.json'));
		const written = await Promise.all(
			names.map(async name => ({
				name,
				at: (await stat(join(this.folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
			})),
		);
		const old = written.toSorted((a, b) => b.at - a.at).slice(most);
		await Promise.all(old.map(({ name }) => rm(join(this.folder, name), { force: true })));
	}

	#path(key: string): string {
		return join(this.folder, `${createHash('sha256').update(key).digest('hex')}.json`);
	}
}

function keptFrom(text: string): KeptTokenizer | undefined {
	try {
		const { hash, files } = JSON.parse(text) as { hash?: unknown; files?: unknown };
		const read = tokenizerFilesFrom(files);
		return typeof hash === 'string' && read ? { hash, files: read } : undefined;
	} catch {
		// Half a file, or none of ours: as if it were not there.
		return undefined;
	}
}

/** The tokenizer of the practice model, which comes with Windsock. */
export async function shippedTokenizer(remoteFolder: string): Promise<TokenizerFiles | undefined> {
	const read = (name: string): Promise<string> =>
		readFile(join(remoteFolder, 'windsock_remote', 'tiny', name), 'utf8');
	return tokenizerFilesFrom({
		tokenizer: JSON.parse(await read('tokenizer.json')) as unknown,
		specialTokens: {
			bos_token: '<s>',
			eos_token: '</s>',
			unk_token: '<unk>',
			pad_token: '</s>',
		},
		chatTemplate: await read('chat_template.jinja'),
	});
}
