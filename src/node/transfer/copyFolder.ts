import { basename } from 'node:path';
import { TransferProgress } from '../../core/hosts/transferProgress';
import type { Result } from '../../core/base/result';
import type { Progress } from '../../core/training/launchRequest';
import type { PreparedHost } from '../runs/preparedHost';
import { treeOf, type TreeFile } from './codeTree';
import { filesOf } from './farFiles';
import { sendContent, type Content } from './sendContent';
import { missingOfTree } from './sendTree';
import { TransferSession } from './transferSession';

const pace = 250;
/** Requests for what comes next that are under way while something is sent on. */
const ahead = 8;

/**
 * Copies a folder from one host to another, through this machine and without keeping anything here.
 * It goes by content, as everything does: what the other host has is not sent again, and a broken
 * copy is gone on with. Gives the bytes that were sent on.
 */
export async function copyFolder(
	from: PreparedHost,
	folder: string,
	to: PreparedHost,
	target: string,
	options: {
		readonly use: { readonly id: string; readonly name: string };
		readonly progress: Progress;
		readonly signal: AbortSignal | undefined;
	},
): Promise<Result<{ readonly path: string; readonly moved: number }>> {
	const { progress, signal, use } = options;
	let moved = 0;
	const copied = await TransferSession.use(from, signal, async (source, arrived) => {
		progress.report(`Reading ${basename(folder)}`);
		const files: TreeFile[] = [];
		for (const { path, size } of await filesOf(source, folder)) {
			const words = { hash: { in: folder, path, end: size } };
			const { done } = await source.ask(`${folder}/${path}`, words);
			files.push({ path, size, executable: false, sha256: String(done['sha256']) });
		}
		const tree = treeOf(folder, files);
		const done = await TransferSession.use(to, signal, async (goal, goalArrived) => {
			const run = { ...use, root: to.layout.models };
			await goal.ask('', { use: { names: [`${tree.sha256}.tree`], run } });
			const missing = await missingOfTree(goal, tree);
			const bytes = missing.reduce((sum, { size }) => sum + size, 0);
			await goal.ask('', { room: { bytes, files: missing.length, contents: [] } });
			let before = 0;
			let told = -pace;
			const meter = new TransferProgress(bytes, 0, () => performance.now());
			for (const file of missing) {
				let last: number | undefined;
				await sendContent(goal, farContent(source, folder, file), {
					signal,
					onProgress: there => {
						moved += there - (last ?? there);
						if (last !== undefined && there > last) {
							arrived();
							goalArrived();
						}
						last = there;
						meter.update(before + there);
						if (performance.now() - told >= pace || there === file.size) {
							told = performance.now();
							progress.report(`Copying ${basename(file.path)}`, meter.fraction, meter.detail);
						}
					},
				});
				before += file.size;
			}
			await goal.ask('', { keep: tree.sha256 });
			const made = await goal.ask('', { checkout: { tree: tree.sha256, to: target } });
			return String(made.done['path']);
		});
		if (!done.ok) {
			throw done.error;
		}
		return { path: done.value, moved };
	});
	return copied;
}

/** A file of a host as content for another, read from the front with requests ahead. */
function farContent(session: TransferSession, folder: string, file: TreeFile): Content {
	const asked = new Map<number, Promise<Uint8Array>>();
	const label = `${folder}/${file.path}`;
	const ask = (start: number, length: number): Promise<Uint8Array> => {
		const end = Math.min(file.size, start + length);
		const piece = session
			.ask(label, { read: { in: folder, path: file.path, start, end } })
			.then(({ data }) => data);
		// Its failure is met when it is read.
		piece.catch(() => undefined);
		return piece;
	};
	return {
		name: file.sha256,
		size: file.size,
		label,
		read: async (offset, length) => {
			if (!asked.has(offset)) {
				asked.clear();
			}
			for (let i = 0; i < ahead && offset + i * length < file.size; i++) {
				const start = offset + i * length;
				asked.set(start, asked.get(start) ?? ask(start, length));
			}
			const piece = await (asked.get(offset) ?? ask(offset, length));
			asked.delete(offset);
			if (piece.length !== length) {
				throw session.nonsense('a file that became shorter');
			}
			return piece;
		},
	};
}
