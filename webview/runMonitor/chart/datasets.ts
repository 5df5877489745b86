import type { ChartDataset } from 'chart.js';
import { ownColor } from '../../shared/theme';
import { stepOpacity, type Mark } from '../palette';
import type { Drawn, XY } from '../panelModel';
import { translucent } from './color';

type Dataset = ChartDataset<'line', XY[]>;

/** A stretch with no more points than this gets a dot on each. */
const fewPoints = 40;

/** The datasets that draw one line of a panel; `marked` puts the run's mark at its end. */
export function datasetsOf(drawn: Drawn, marked: boolean): readonly Dataset[] {
	const { line, logged, smoothed } = drawn;
	const color = ownColor(line.color);
	const mark = marked ? line.mark : undefined;
	if (line.line.kind === 'step') {
		// Behind the means over several steps, and never smoothed: they are the average.
		return stretchesOf(logged, {
			color: translucent(color, stepOpacity),
			width: 1,
			dash: [],
			mark: undefined,
		});
	}
	if (smoothed.length === 0) {
		return stretchesOf(logged, { color, width: 1.75, dash: line.dash, mark });
	}
	return [
		...stretchesOf(logged, { color: translucent(color, 0.3), width: 1, dash: [], mark: undefined }),
		...stretchesOf(smoothed, { color, width: 1.75, dash: line.dash, mark }),
	];
}

interface Look {
	readonly color: string;
	readonly width: number;
	readonly dash: readonly number[];
	/** Stands at the end of the newest stretch. */
	readonly mark: Mark | undefined;
}

/** What a restart went over again stays visible, fainter, behind what counts now. */
function stretchesOf(stretches: readonly (readonly XY[])[], look: Look): readonly Dataset[] {
	return stretches.flatMap((points, i) => {
		const isNewest = i === stretches.length - 1;
		const redoneFrom = Math.min(...stretches.slice(i + 1).map(next => next[0]?.x ?? Infinity));
		const at = points.findIndex(point => point.x >= redoneFrom);
		const split = at < 0 ? points.length : at;
		const kept = points.slice(0, split + 1);
		const redone = points.slice(split);
		return [
			...(redone.length > 0
				? drawnAs(redone, { ...look, color: translucent(look.color, 0.4) })
				: []),
			...drawnAs(kept, look),
			...(isNewest && look.mark ? endMark(kept, look.color, look.mark) : []),
		];
	});
}

/**
 * A line, and beside it the points that no line would show. Points have datasets of their own:
 * chart.js resolves options per point as soon as one of them differs, which is slow.
 */
function drawnAs(points: readonly XY[], look: Look): readonly Dataset[] {
	const isGap = (i: number): boolean => Number.isNaN(points[i]?.y ?? Number.NaN);
	const isFew = points.length <= fewPoints;
	const lone = isFew ? [] : points.filter((_, i) => !isGap(i) && isGap(i - 1) && isGap(i + 1));
	const line: Dataset = {
		...plain(points, look.color),
		borderWidth: look.width,
		borderDash: [...look.dash],
		borderJoinStyle: 'round',
		spanGaps: false,
		pointRadius: isFew ? 2 : 0,
	};
	return lone.length === 0
		? [line]
		: [line, { ...plain(lone, look.color), showLine: false, pointRadius: 2 }];
}

function endMark(points: readonly XY[], color: string, mark: Mark): readonly Dataset[] {
	const end = points.findLast(point => !Number.isNaN(point.y));
	const isStroke = mark !== 'circle' && !mark.startsWith('rect');
	return end
		? [
				{
					...plain([end], color),
					showLine: false,
					pointStyle: mark,
					pointRadius: 4.5,
					pointBorderWidth: isStroke ? 2 : 0,
				},
			]
		: [];
}

function plain(points: readonly XY[], color: string): Dataset {
	return {
		data: points as XY[],
		borderColor: color,
		backgroundColor: color,
		pointBorderWidth: 0,
		// What stands on the edge of the plot is drawn whole.
		clip: 6,
	};
}
