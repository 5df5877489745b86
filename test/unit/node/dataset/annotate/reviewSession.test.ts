import { onTestFinished, describe, expect, it } from 'vitest';
import { takeBack } from '../../../../../src/node/dataset/annotate/annotateRow';
import {
	reviewQueue,
	type QueueChoice,
} from '../../../../../src/node/dataset/annotate/reviewQueue';
import { ReviewSession } from '../../../../../src/node/dataset/annotate/reviewSession';
import { AnnotationStore } from '../../../../../src/node/dataset/annotationStore';
import { DatasetModel } from '../../../../../src/node/dataset/datasetModel';
import { temporaryFile } from '../temporaryFolder';

const rows = [1, 2, 3, 4].map(n => JSON.stringify({ text: `Row ${n}` }));

async function open(path: string, author = 'ann'): Promise<DatasetModel> {
	const opened = await DatasetModel.open(path, {
		open: {},
		annotations: new AnnotationStore(path, author),
		now: () => new Date(),
	});
	if (!opened.ok) {
		throw opened.error;
	}
	onTestFinished(async () => {
		await opened.value.labels?.flush();
		opened.value.dispose();
	});
	await expect.poll(() => opened.value.areLabelsLoaded).toBe(true);
	return opened.value;
}

async function review(
	model: DatasetModel,
	choice: QueueChoice = { kind: 'order' },
): Promise<ReviewSession> {
	const all = { count: model.rowCount, rowAt: (index: number) => model.rowAt(index) };
	const queue = await reviewQueue(model, all, choice);
	const session = new ReviewSession(model, queue, 'test', () => 0, choice.kind === 'disagreement');
	onTestFinished(() => session.dispose());
	return session;
}

/** Decides as the page does: only on what it shows. */
function decide(session: ReviewSession, label: 'keep' | 'drop' | 'fix'): void {
	session.shown(session.current ?? -1);
	session.decide(label);
}

describe('a review', () => {
	it('goes on at once, ends with nothing left, and resumes where the log says', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const model = await open(path);
		const first = await review(model);
		decide(first, 'keep');
		decide(first, 'drop');
		expect(first.current).toBe(2);
		expect((await model.labels?.flush())?.ok).toBe(true);
		const again = await review(await open(path));
		expect(again.current).toBe(2);
		expect(again.state.counts).toMatchObject({ total: 4, done: 2 });
		decide(again, 'fix');
		again.shown(3);
		again.skip();
		expect(again.state).toMatchObject({ isDone: true, counts: { done: 3, skipped: 1 } });
		again.reviewSkipped();
		expect(again.current).toBe(3);
	});

	it('takes no decision on a row that is not on screen yet', async () => {
		const session = await review(await open(await temporaryFile('a.jsonl', rows.join('\n'))));
		decide(session, 'keep');
		session.decide('drop');
		expect(session.current).toBe(1);
		expect(session.state.counts.done).toBe(1);
	});

	it('takes a decision back and returns to its row', async () => {
		const model = await open(await temporaryFile('a.jsonl', rows.join('\n')));
		const session = await review(model);
		decide(session, 'keep');
		decide(session, 'drop');
		const last = model.labels?.lastSaid;
		expect((await takeBack(model, last?.row ?? -1, last?.event ?? '')).ok).toBe(true);
		session.returnTo(last?.row ?? -1);
		expect(session.current).toBe(1);
		expect(session.state.counts.done).toBe(1);
	});

	it("hides others' words until I have decided, and opens what we disagree on", async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const bob = await open(path, 'bob');
		expect((await bob.setLabel(1, 'drop')).ok).toBe(true);
		const ann = await open(path, 'ann');
		expect(ann.labels?.othersOn(1)).toEqual([]);
		expect((await ann.setLabel(1, 'keep')).ok).toBe(true);
		expect(ann.labels?.othersOn(1).map(({ author }) => author)).toEqual(['bob']);
		expect((await review(ann, { kind: 'disagreement' })).queue).toEqual([1]);
	});

	it('asks again about what annotators decided differently, also where I have not decided', async () => {
		const path = await temporaryFile('a.jsonl', rows.join('\n'));
		const bob = await open(path, 'bob');
		const eve = await open(path, 'eve');
		for (const row of [0, 1, 2]) {
			expect((await bob.setLabel(row, 'drop')).ok).toBe(true);
			expect((await eve.setLabel(row, row === 2 ? 'drop' : 'keep')).ok).toBe(true);
		}
		const ann = await open(path, 'ann');
		expect((await ann.setLabel(1, 'keep')).ok).toBe(true);
		expect(ann.labels?.hiddenOn(0)).toBe(2);
		expect(ann.labels?.hiddenOn(1)).toBe(0);
		const session = await review(ann, { kind: 'disagreement' });
		expect(session.queue).toEqual([0, 1]);
		expect(session.state).toMatchObject({ isDone: false, counts: { total: 2, done: 0 } });
		decide(session, 'drop');
		expect(session.current).toBe(1);
		expect(session.state.mine?.label).toBe('keep');
		decide(session, 'keep');
		expect(session.state).toMatchObject({ isDone: true, counts: { total: 2, done: 2 } });
		session.returnTo(1);
		expect(session.state).toMatchObject({ isDone: false, counts: { total: 2, done: 1 } });
	});
});
