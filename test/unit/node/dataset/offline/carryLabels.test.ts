import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AnnotationEvent } from '../../../../../src/core/dataset/annotation';
import { AnnotationStore } from '../../../../../src/node/dataset/annotationStore';
import { carryLabels } from '../../../../../src/node/dataset/offline/carryLabels';
import { temporaryFolder } from '../temporaryFolder';

const label = (id: string, value: 'keep' | 'drop', second: number): AnnotationEvent => ({
	kind: 'label',
	id,
	value,
	time: new Date(second * 1000).toISOString(),
	event: `${second}`,
});

it('carries what one annotator said in a copy to the source, once, and nobody else’s', async () => {
	const workspace = await temporaryFolder();
	const copy = join(workspace, 'copy.jsonl');
	const mine = new AnnotationStore(copy, 'ann');
	await mine.append([label('a', 'keep', 1), label('b', 'drop', 3)]);
	await mine.appendEdits([{ kind: 'renamed', id: 'b', newId: 'c', time: '9999' }]);
	await new AnnotationStore(copy, 'bob').append([label('d', 'drop', 1)]);
	const location = 'hf://datasets/org/name@main/a.jsonl';
	const source = new AnnotationStore(location, 'ann', workspace);
	await source.append([label('b', 'keep', 2)]);
	expect(await carryLabels(mine, source)).toEqual({ ok: true, value: 2 });
	expect(await carryLabels(mine, source)).toEqual({ ok: true, value: 0 });
	const later = new AnnotationStore('hf://datasets/org/name@v2/a.jsonl', 'ann', workspace);
	const labels = await later.labels();
	expect(labels.ok && Object.fromEntries(labels.value)).toEqual({ a: 'keep', c: 'drop' });
});
