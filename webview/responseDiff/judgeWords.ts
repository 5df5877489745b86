import type { JudgedView } from '../../src/core/responses/judging/judged';
import type { JudgedFigure } from '../../src/core/responses/judging/judgedFigures';
import type { JudgeProtocol } from '../../src/core/responses/judging/published/judgeProtocol';

const protocols: Readonly<Record<JudgeProtocol, string>> = {
	'mt-bench': 'MT-Bench, single',
	'mt-bench-pair': 'MT-Bench, pairs',
	'alpaca-eval': 'AlpacaEval 2',
	'alpaca-eval-1': 'AlpacaEval 1',
	'arena-hard': 'Arena-Hard v2.0',
	'arena-hard-v0.1': 'Arena-Hard v0.1',
};

/** Who judged, by which protocol if any, and when. */
export function judgedTitle({ judge, protocol, time }: JudgedView): string {
	const when = new Date(time);
	return [
		judge,
		...(protocol === undefined ? [] : [protocols[protocol]]),
		...(Number.isNaN(when.getTime()) ? [] : [when.toLocaleDateString()]),
	].join(' · ');
}

/** In the protocol's own unit: a grade with two digits, a share in percent. */
export function figureWords({ unit, value }: Pick<JudgedFigure, 'unit' | 'value'>): string {
	return unit === 'grade' ? value.toFixed(2) : `${(100 * value).toFixed(1)}%`;
}

export function spanWords({ unit, interval }: JudgedFigure): string {
	if (!interval) {
		return 'one prompt has no interval';
	}
	const [low, high] = [interval.low, interval.high].map(end =>
		unit === 'grade' ? end.toFixed(2) : (100 * end).toFixed(1),
	);
	return `${low}–${high}${unit === 'grade' ? '' : '%'}${interval.level === 0.9 ? ' (90%)' : ''}`;
}

/** Place of a value on the axis of its unit, from 0 to 1. */
export function placeOf(unit: JudgedFigure['unit'], value: number): number {
	return unit === 'grade' ? (value - 1) / 9 : value;
}

/** Published figures are grades or percent already. */
export function publishedWords(value: number, unit: JudgedFigure['unit'] | undefined): string {
	return unit === 'grade' ? value.toFixed(2) : `${value.toFixed(1)}%`;
}
