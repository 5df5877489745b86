import { describe, expect, it } from 'vitest';
import { ReadingModel } from '../../../../webview/datasetEditor/readingModel';

describe('how a row is drawn', () => {
	it('is as it was chosen last, until it is chosen here', () => {
		const kept: unknown[] = [];
		const reading = new ReadingModel(choices => kept.push(choices));
		reading.receive({ isRendered: false, marksWords: true });
		expect(reading.isRendered.value).toBe(false);
		reading.toggleMarks();
		reading.receive({ isRendered: true, marksWords: true });
		expect(kept).toEqual([{ isRendered: false, marksWords: false }]);
		expect([reading.isRendered.value, reading.marksWords.value]).toEqual([false, false]);
	});

	it('stays folded when the row is loaded again, and is open in another', () => {
		const reading = new ReadingModel(() => undefined);
		reading.begin(1);
		reading.toggleFold(2);
		reading.toggleOpen('0');
		reading.begin(1);
		expect([reading.isFolded(2), reading.isOpen('0')]).toEqual([true, true]);
		reading.begin(5);
		expect([reading.isFolded(2), reading.isOpen('0')]).toEqual([false, false]);
	});

	it('folds all messages when one is open, and unfolds them when none is', () => {
		const reading = new ReadingModel(() => undefined);
		reading.toggleFold(0);
		reading.toggleAllFolds(3);
		expect([0, 1, 2].map(one => reading.isFolded(one))).toEqual([true, true, true]);
		reading.toggleAllFolds(3);
		expect([0, 1, 2].map(one => reading.isFolded(one))).toEqual([false, false, false]);
	});

	it('opens all long texts, but for those that are then closed by hand', () => {
		const reading = new ReadingModel(() => undefined);
		reading.toggleAllTexts();
		reading.toggleOpen('1');
		expect([reading.isOpen('0'), reading.isOpen('1')]).toEqual([true, false]);
	});
});
