import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeTree, TreeFile } from './codeTree';
import { fileContent, sendContent } from './sendContent';
import type { TransferSession } from './transferSession';

/** Small files travel together up to this many bytes; a larger one travels alone and is resumed. */
const packBytes = 4 << 20;
const packFiles = 2000;

/** The contents of a project that the host lacks. Sends the list of files only when it is new there. */
export async function missingOfTree(
	session: TransferSession,
	tree: CodeTree,
): Promise<readonly TreeFile[]> {
	const { sha256 } = tree;
	let answer = await session.ask(tree.root, { tree: sha256 });
	if (answer.done['wanted'] === true) {
		answer = await session.ask(tree.root, { tree: sha256 }, tree.manifest);
	}
	const names = new Set(new TextDecoder().decode(answer.data).split('\n'));
	const missing = new Map<string, TreeFile>();
	for (const file of tree.files) {
		if (names.has(file.sha256)) {
			missing.set(file.sha256, file);
		}
	}
	return [...missing.values()];
}

/** @param onProgress gets the bytes of `missing` that are on the host */
export async function sendTree(
	session: TransferSession,
	tree: CodeTree,
	missing: readonly TreeFile[],
	options: {
		readonly onProgress: (there: number) => void;
		readonly signal: AbortSignal | undefined;
	},
): Promise<void> {
	let there = 0;
	let pack: { readonly file: TreeFile; readonly data: Uint8Array }[] = [];
	let packed = 0;
	const flush = async (): Promise<void> => {
		if (pack.length > 0) {
			const contents = pack.map(({ file }) => [file.sha256, file.size]);
			const data = Buffer.concat(pack.map(part => part.data));
			await session.ask(tree.root, { pack: contents }, data);
			there += packed;
			options.onProgress(there);
			pack = [];
			packed = 0;
		}
	};
	for (const file of missing) {
		const handle = await open(join(tree.root, file.path), 'r');
		try {
			const facts = { name: file.sha256, size: file.size, label: file.path };
			const content = fileContent(handle, facts);
			if (file.size > packBytes) {
				const before = there;
				await sendContent(session, content, {
					signal: options.signal,
					onProgress: sent => options.onProgress(before + sent),
				});
				there = before + file.size;
				continue;
			}
			if (packed + file.size > packBytes || pack.length >= packFiles) {
				await flush();
			}
			pack.push({ file, data: await content.read(0, file.size) });
			packed += file.size;
		} finally {
			await handle.close();
		}
	}
	await flush();
	await session.ask(tree.root, { keep: tree.sha256 });
}
