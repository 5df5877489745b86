import { silentLogger } from '../../src/core/base/logger';
import { AnswerAnalysis } from '../../src/node/responses/answerAnalysis';
import { BehaviourAnswers } from '../../src/vscode/responseDiff/behaviourAnswers';
import type { AnswerReading } from '../../src/vscode/responseDiff/responseDiffActions';

const unexpected = (what: string) => (): never => {
	throw new Error(`${what} was not expected`);
};

/** Reads answers in this thread; sources are only looked for where a test says in what. */
export function answerReading(sources: Partial<AnswerReading['sources']> = {}): AnswerReading {
	const analysis = new AnswerAnalysis(undefined);
	return {
		analysis,
		behaviour: new BehaviourAnswers(analysis, silentLogger),
		sources: {
			indexes: { find: unexpected('a search') },
			dataOf: unexpected('data of a model'),
			pickDatasets: unexpected('a pick of datasets'),
			openRow: unexpected('a row'),
			...sources,
		},
	};
}
