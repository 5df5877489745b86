import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	annotationFileName,
	annotationOf,
	foldAnnotations,
	labelOf,
	parseAnnotationFile,
	parseFileName,
	renamedTo,
	type Annotation,
	type AnnotationFile,
} from '../../../../../src/core/dataset/annotate/annotationFold';
import type { AnnotationEvent } from '../../../../../src/core/dataset/annotation';

function file(name: string, ...lines: (AnnotationEvent | string)[]): AnnotationFile {
	const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line)));
	const read = parseAnnotationFile(name, text.join('\n'));
	if (!read) {
		throw new Error(`${name} is no annotation file`);
	}
	return read;
}

function said(files: readonly AnnotationFile[]): Record<string, Record<string, Annotation>> {
	const folded = foldAnnotations(files);
	return Object.fromEntries(
		[...folded.answers].map(([author, rows]) => [
			author,
			Object.fromEntries([...rows].map(([id, events]) => [id, annotationOf(events)])),
		]),
	);
}

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const times = fc.integer({ min: 0, max: 30 }).map(n => new Date(n * 1000).toISOString());
const base = { id: ids, time: times, event: fc.string({ minLength: 1, maxLength: 3 }) };
const events: fc.Arbitrary<AnnotationEvent> = fc.oneof(
	fc.record({ ...base, kind: fc.constant('label'), value: fc.constantFrom('keep', 'drop', null) }),
	fc.record({ ...base, kind: fc.constant('rating'), value: fc.constantFrom(1, 3, 5, null) }),
	fc.record({ ...base, kind: fc.constant('tag'), value: ids, on: fc.boolean() }),
	fc.record({ ...base, kind: fc.constant('note'), value: fc.string() }),
	fc.record({ ...base, kind: fc.constant('skip'), on: fc.boolean() }),
	fc.record({ ...base, kind: fc.constant('spent'), seconds: fc.nat() }),
	fc.record({ ...base, kind: fc.constant('undo'), of: fc.string({ minLength: 1, maxLength: 3 }) }),
	fc.record({ ...base, kind: fc.constant('renamed'), newId: ids }),
) as fc.Arbitrary<AnnotationEvent>;
const names = fc.constantFrom(
	'ann-00000001.jsonl',
	'ann-00000002.jsonl',
	'bob.jsonl',
	'edits-ann-00000001.jsonl',
	'suggestions-judge.jsonl',
);

describe('the fold of annotation files', () => {
	it('finds a label alone as it finds it among the rest', () => {
		fc.assert(
			fc.property(fc.array(events), all => {
				const sayings = all.filter(one => one.kind !== 'renamed' && one.kind !== 'undo');
				expect(labelOf(sayings)).toBe(annotationOf(sayings).label);
			}),
			{ seed: 7 },
		);
	});

	it('does not depend on the order of the files', () => {
		const logs = fc.uniqueArray(fc.record({ name: names, events: fc.array(events) }), {
			selector: log => log.name,
		});
		fc.assert(
			fc.property(logs, fc.nat(), (made, turn) => {
				const files = made.map(log => file(log.name, ...log.events));
				const turned = files.map((_, i) => files[(i + turn) % files.length] as AnnotationFile);
				expect(foldAnnotations(turned)).toEqual(foldAnnotations(files));
				expect(foldAnnotations(turned.toReversed())).toEqual(foldAnnotations(files));
			}),
			{ seed: 7 },
		);
	});

	it('counts a line once, however often it was written, and survives any torn end', () => {
		const named = fc.array(events, { minLength: 1 }).map(all => {
			// As the writer names them: each event has a name of its own.
			return all.map((event, i) => ({ ...event, event: `e${i}` }));
		});
		fc.assert(
			fc.property(named, fc.nat(), (log, cut) => {
				const once = said([file('ann.jsonl', ...log)]);
				const last = JSON.stringify(log.at(-1));
				const torn = last.slice(0, cut % last.length);
				const twice = file('ann.jsonl', ...log, torn, ...log);
				// Renames are undone by nothing and have no effect a second time only if names agree.
				const isSafe = log.every(event => event.kind !== 'renamed');
				if (isSafe) {
					expect(said([twice])).toEqual(once);
				}
				expect(said([file('ann.jsonl', ...log, torn)])).toEqual(once);
			}),
			{ seed: 8 },
		);
	});

	it('keeps what is the newest and adds up time', () => {
		const time = (n: number): string => new Date(n * 1000).toISOString();
		const files = [
			file(
				'ann-0000000a.jsonl',
				{ kind: 'label', id: 'a', value: 'keep', time: time(1) },
				{ kind: 'spent', id: 'a', seconds: 2, time: time(1) },
				{ kind: 'tag', id: 'a', value: 'odd', on: true, time: time(2) },
				{ kind: 'note', id: 'a', value: 'look', time: time(3) },
			),
			file(
				'ann-0000000b.jsonl',
				{ kind: 'label', id: 'a', value: 'fix', time: time(4) },
				{ kind: 'rating', id: 'a', value: 2, time: time(5) },
				{ kind: 'spent', id: 'a', seconds: 3, time: time(5) },
			),
		];
		expect(said(files)).toEqual({
			ann: {
				a: { label: 'fix', rating: 2, tags: ['odd'], note: 'look', seconds: 5, time: time(5) },
			},
		});
	});

	it('takes back what was undone, and puts it again when the undoing is undone', () => {
		const label = { kind: 'label', id: 'a', value: 'keep', time: '1', event: 'x' } as const;
		const undo = { kind: 'undo', id: 'a', of: 'x', time: '2', event: 'y' } as const;
		const redo = { kind: 'undo', id: 'a', of: 'y', time: '3', event: 'z' } as const;
		expect(said([file('ann.jsonl', label, undo)])).toEqual({});
		expect(said([file('ann.jsonl', label, undo, redo)])['ann']?.['a']?.label).toBe('keep');
		const others = [file('ann.jsonl', label), file('bob.jsonl', undo)];
		expect(said(others)['ann']?.['a']?.label).toBe('keep');
	});

	it('takes along what every author said when a row is edited, and tells where later words belong', () => {
		const files = [
			file('ann-00000001.jsonl', { kind: 'label', id: 'old', value: 'keep', time: '1' }),
			file('bob.jsonl', { kind: 'label', id: 'old', value: 'drop', time: '3' }),
			file('edits-ann-00000001.jsonl', { kind: 'renamed', id: 'old', newId: 'new', time: '2' }),
		];
		const folded = foldAnnotations(files);
		expect([...(folded.answers.get('ann')?.keys() ?? [])]).toEqual(['new']);
		expect([...(folded.answers.get('bob')?.keys() ?? [])]).toEqual(['old']);
		expect(renamedTo(folded.renames, 'old')).toBe('new');
	});

	it('skips kinds that it does not know, and says how many there are', () => {
		const folded = foldAnnotations([
			file(
				'ann.jsonl',
				'{"kind":"smell","id":"a","value":3}',
				{ kind: 'label', id: 'a', value: 'drop', time: '' },
				'{"kind":"label","id":"a","value":"perhaps"}',
				'{"kind":"label","id":"c","val',
			),
		]);
		expect([folded.unknown, folded.torn]).toEqual([2, 1]);
		expect(folded.answers.get('ann')?.size).toBe(1);
	});
});

describe('names of annotation files', () => {
	it('tell who wrote what', () => {
		for (const stream of ['answers', 'edits'] as const) {
			const name = annotationFileName(stream, 'jürgen-x', '0123abcd');
			expect(parseFileName(name)).toEqual({ stream, author: 'jürgen-x' });
		}
		const name = annotationFileName('suggestions', 'judge', undefined);
		expect(parseFileName(name)).toEqual({ stream: 'suggestions', author: 'judge' });
		expect(parseFileName('ann.jsonl')).toEqual({ stream: 'answers', author: 'ann' });
		expect(parseFileName('readme.md')).toBeUndefined();
	});
});
