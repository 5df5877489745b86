import { readFile, rename, writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { WindsockError } from '../../../../src/core/base/errors';
import { err, ok } from '../../../../src/core/base/result';
import type { SaveSegment } from '../../../../src/core/dataset/savePlan';
import { openFileSource } from '../../../../src/node/dataset/byteSource';
import { DatasetModel } from '../../../../src/node/dataset/datasetModel';
import type { DatasetPlace, FarSource } from '../../../../src/node/dataset/far/farSource';
import { fingerprintOf, type Fingerprint } from '../../../../src/node/dataset/fingerprint';
import { temporaryFile } from './temporaryFolder';

/** A place whose files are saved, though the answer to that never comes. */
function silentPlace(path: string): DatasetPlace {
	return {
		locate: location => Promise.resolve(ok({ location, files: [location] })),
		open: async () => {
			const disk = await openFileSource(path);
			let unanswered: Fingerprint | undefined;
			const source: FarSource = {
				...disk,
				place: 'gpu1',
				fingerprint: await fingerprintOf(path),
				state: { kind: 'connected' },
				onDidChangeState: () => ({ dispose: () => undefined }),
				received: 0,
				speed: undefined,
				readOnly: undefined,
				losses: [],
				get unanswered() {
					return unanswered;
				},
				pass: (start, end) => disk.read(start, end),
				current: () => fingerprintOf(path),
				replace: async (segments: readonly SaveSegment[]) => {
					const pieces = segments.map(async segment =>
						segment.kind === 'bytes' ? segment.bytes : disk.read(segment.start, segment.end),
					);
					await writeFile(`${path}.new`, Buffer.concat(await Promise.all(pieces)));
					await rename(`${path}.new`, path);
					unanswered = await fingerprintOf(path);
					return err(new WindsockError('connectionLost', { host: 'gpu1' }));
				},
				reconnect: () => undefined,
				interrupt: () => undefined,
			};
			return source;
		},
	};
}

it.each([
	['that nothing was edited after', false],
	['that is not all that was edited', true],
])('a save without an answer %s is known by what stands there later', async (_, isEditedAfter) => {
	const path = await temporaryFile('a.jsonl', '{"text":"a"}\n{"text":"b"}\n');
	const opened = await DatasetModel.open(path, {
		open: { place: silentPlace(path), scan: false },
		annotations: undefined,
		now: () => new Date(0),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	const model = opened.value;
	onTestFinished(() => model.dispose());
	await model.file.indexed;
	await model.editText(model.rowAt(0).id, [['text']], 'mine');
	const saved = await model.save({ overwrite: false });
	expect(!saved.ok && saved.error.code).toBe('connectionLost');
	expect(await readFile(path, 'utf8')).toBe('{"text":"mine"}\n{"text":"b"}\n');
	if (isEditedAfter) {
		await model.editText(model.rowAt(1).id, [['text']], 'later');
	}
	await model.checkDisk();
	// An edit on top of it is not in the file: whoever made it decides.
	expect([model.overlay.isChanged, model.isChangedOnDisk]).toEqual([isEditedAfter, isEditedAfter]);
});
