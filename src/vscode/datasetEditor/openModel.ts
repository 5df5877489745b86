import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { PreflightReports } from '../../core/training/preflight/preflightReports';
import { AnnotationStore, authorName } from '../../node/dataset/annotationStore';
import { DatasetModel } from '../../node/dataset/datasetModel';
import { expected } from '../../node/dataset/expected';
import type { DatasetPlace, FarSource } from '../../node/dataset/far/farSource';
import { hostLocation } from '../../node/dataset/far/hostPlaces';
import { keptCopyAt } from '../../node/dataset/offline/keptCopy';
import { hostScheme } from './hostUri';
import { hubLocationOf, hubScheme } from './hubUri';

export interface DatasetDocumentServices {
	/** The bundled indexing worker. */
	readonly workerFile: string;
	/** Names the author of annotations. */
	readonly author: () => string;
	/** The files of the host that a URI names, and the host's name. */
	readonly hostPlace: (
		uri: vscode.Uri,
	) => Promise<{ readonly host: string; readonly place: DatasetPlace }>;
	readonly hubPlace: () => Promise<DatasetPlace>;
	/** What checks of recipes on hosts said. */
	readonly preflights: PreflightReports;
}

/** Asked before all of a far file comes over the network for its rows to be known. */
export type MayReadAll = (source: FarSource) => Promise<boolean>;

/** Opens what a URI names: a file, a file on a host, or a version that only VS Code can read. */
export async function openModel(
	uri: vscode.Uri,
	services: DatasetDocumentServices,
	mayReadAll: MayReadAll,
): Promise<Result<DatasetModel>> {
	const { workerFile } = services;
	const now = (): Date => new Date();
	if (uri.scheme === 'file') {
		const copy = await keptCopyAt(uri.fsPath);
		// A whole copy has the examples of its source, so what is said of them belongs there.
		const annotations =
			copy && copy.record.rows === undefined
				? annotationStore(uri, copy.record.source, services.author(), true)
				: annotationStore(uri, uri.fsPath, services.author(), false);
		return DatasetModel.open(uri.fsPath, {
			open: { workerFile },
			annotations,
			now,
			...(copy ? { copyOf: copy.record } : {}),
		});
	}
	if (uri.scheme === hostScheme) {
		const { host, place } = await services.hostPlace(uri);
		const location = hostLocation(host, uri.path);
		const annotations = annotationStore(uri, location, services.author(), true);
		return DatasetModel.open(location, {
			open: { workerFile, place: { ...place, mayReadAll: once(mayReadAll) }, scan: false },
			annotations,
			now,
		});
	}
	if (uri.scheme === hubScheme) {
		const location = hubLocationOf(uri);
		const annotations = annotationStore(uri, location, services.author(), true);
		const place = await expected(services.hubPlace);
		if (!place.ok) {
			return place;
		}
		const open = { workerFile, place: place.value, scan: false };
		const opened = await DatasetModel.open(location, { open, annotations, now });
		if (opened.ok) {
			void checkWhatIsHere(opened.value);
		}
		return opened;
	}
	return DatasetModel.fromBytes(uri.path, await vscode.workspace.fs.readFile(uri));
}

/** Who has agreed once is not asked again when the file is opened anew, such as after a save. */
function once(ask: MayReadAll): MayReadAll {
	let isAgreed = false;
	return async source => {
		isAgreed ||= await ask(source);
		return isAgreed;
	};
}

/** Checks all rows without a question where that takes next to nothing of the network. */
async function checkWhatIsHere(model: DatasetModel): Promise<void> {
	const { file } = model;
	if ((await file.indexed).ok && (await file.isHere())) {
		// A failure shows as a broken link or a banner; the reader can ask for all rows again.
		await model.check(new AbortController().signal);
	}
}

/** None where the dataset is far away and there is no folder for what is said about it. */
function annotationStore(
	uri: vscode.Uri,
	location: string,
	author: string,
	isFar: boolean,
): AnnotationStore | undefined {
	const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
	const open = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined;
	const workspace = open ?? (isFar ? undefined : globRoot(location));
	return isFar && workspace === undefined
		? undefined
		: new AnnotationStore(location, authorName(author), workspace, isFar);
}

/** The folder that a glob begins in; where no folder is open, its labels go there. */
function globRoot(path: string): string | undefined {
	const at = path.search(/[*?{[]/);
	return at < 0 ? undefined : dirname(`${path.slice(0, at)}x`);
}
