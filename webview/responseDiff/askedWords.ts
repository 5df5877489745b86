import type { AskedView } from '../../src/protocol/responseDiff';

/** How far the answers to a prompt of one's own are, and what is missing. */
export function askedWords(view: AskedView): string {
	const { lanes, asking, cut, failed, unaskable, reasons } = view;
	const there = lanes.length - failed - unaskable;
	const parts = [
		asking
			? 'The answers are coming.'
			: there === 0
				? 'No model answered.'
				: `${there} of ${lanes.length} answered.`,
		...(cut > 0 ? [`${cut} ${cut === 1 ? 'was' : 'were'} cut.`] : []),
		...(failed > 0 ? [`${failed} failed.`] : []),
		...(unaskable > 0
			? [
					`${unaskable} ${unaskable === 1 ? 'is a model' : 'are models'} of a host${view.hostName === undefined ? ': keep the prompt, then generate responses' : ', which answers as a job'}.`,
				]
			: []),
	];
	return [...parts, ...reasons].join(' ');
}
