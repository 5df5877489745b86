import { join } from 'node:path';
import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { CodeInput } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { Progress } from '../../core/training/launchRequest';
import type { RerunRemark } from '../../core/training/rerunRemark';
import { treeOf, type CodeTree, type TreeFile } from '../transfer/codeTree';
import { projectCode } from '../transfer/projectCode';
import { folderFor, isSafePath } from '../transfer/safePath';
import type { PreparedHost } from './preparedHost';
import type { InputPlaces } from './rerunStores';

const manifestLimit = 64 << 20;

interface FoundCode {
	readonly code?: CodeInput;
	readonly tree?: CodeTree;
	readonly there: readonly string[];
	readonly remarks: readonly RerunRemark[];
}

/** Looks for the project that a run was, in the stores of hosts, then where it was taken from. */
export async function findCode(
	code: CodeInput | undefined,
	{ to, from, recipe, recipePath, workspace, scratch }: InputPlaces,
	progress: Progress,
	signal: AbortSignal | undefined,
): Promise<Result<FoundCode>> {
	if (code === undefined) {
		return ok({ there: [], remarks: [] });
	}
	progress.report('Looking for the code');
	const options = withSignal(signal);
	const name = `${code.sha256}.tree`;
	if (!/^[0-9a-f]{64}\.tree$/.test(name)) {
		return err(
			new WindsockError('rerunImpossible', { reason: 'its record of the code is broken' }),
		);
	}
	const here = await to.host.stat(`${to.layout.store}/${name}`, options);
	if (!here.ok) {
		return here;
	}
	if (here.value?.kind === 'file') {
		return ok({ code, there: [name], remarks: [] });
	}
	const fetched = from === undefined ? ok(undefined) : await fetchTree(code, from, scratch, signal);
	if (!fetched.ok) {
		return fetched;
	}
	if (fetched.value !== undefined) {
		return ok({ code, tree: fetched.value, there: [], remarks: [] });
	}
	const now = await projectCode(recipePath, recipe, workspace, signal);
	if (!now.ok) {
		const reason = `its code is not on ${to.host.name} any more, and the project cannot be read here`;
		return now.error.code === 'cancelled'
			? now
			: err(new WindsockError('rerunImpossible', { reason }, { cause: now.error }));
	}
	const { root, files, sha256, bytes } = now.value;
	const message = `The code is not what it was: the project ${root} has changed (${code.sha256.slice(0, 8)} → ${sha256.slice(0, 8)}), and its former content is not on ${to.host.name} any more.`;
	return ok({
		code: { sha256, files: files.length, bytes, source: root },
		tree: now.value,
		there: [],
		remarks: sha256 === code.sha256 ? [] : [{ what: 'code', level: 'changed', message }],
	});
}

/** Brings the code from the store of another host to this machine; undefined where it is not whole there. */
async function fetchTree(
	code: CodeInput,
	from: PreparedHost,
	scratch: string,
	signal: AbortSignal | undefined,
): Promise<Result<CodeTree | undefined>> {
	const options = withSignal(signal);
	const files = await readManifest(code.sha256, from, signal);
	if (!files.ok || files.value === undefined) {
		return files.ok ? ok(undefined) : files;
	}
	const root = join(scratch, 'code');
	for (const file of files.value) {
		const there = `${from.layout.store}/${file.sha256}`;
		if ((await folderFor(root, file.path)) === undefined) {
			return ok(undefined);
		}
		const fetched = await from.host.download(there, join(root, file.path), options);
		if (!fetched.ok) {
			return fetched.error.code === 'remoteFileMissing' ? ok(undefined) : fetched;
		}
	}
	const tree = treeOf(root, files.value);
	// Each file is checked by its hash when it is sent on.
	return ok(tree.sha256 === code.sha256 ? tree : undefined);
}

/** The files of a tree in a host's store; undefined where it has no such tree or a broken one. */
export async function readManifest(
	sha256: string,
	{ host, layout }: PreparedHost,
	signal?: AbortSignal,
): Promise<Result<readonly TreeFile[] | undefined>> {
	const path = `${layout.store}/${sha256}.tree`;
	const read = await host.readFrom(path, 0, manifestLimit, withSignal(signal));
	if (!read.ok) {
		return read.error.code === 'remoteFileMissing' ? ok(undefined) : read;
	}
	return ok(filesOf(Buffer.from(read.value).toString('utf8')));
}

function filesOf(text: string): readonly TreeFile[] | undefined {
	let rows: unknown;
	try {
		rows = (JSON.parse(text) as { files?: unknown } | null)?.files;
	} catch {
		return undefined;
	}
	const files: TreeFile[] = [];
	for (const row of Array.isArray(rows) ? (rows as unknown[]) : []) {
		const [path, sha256, size, executable] = Array.isArray(row) ? (row as unknown[]) : [];
		const isFile =
			typeof path === 'string' &&
			isSafePath(path) &&
			typeof sha256 === 'string' &&
			/^[0-9a-f]{64}$/.test(sha256) &&
			typeof size === 'number';
		if (!isFile) {
			return undefined;
		}
		files.push({ path, sha256, size, executable: executable === true });
	}
	return files;
}
