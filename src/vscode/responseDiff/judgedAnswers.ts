import * as path from 'node:path';
import type { Comparison } from '../../core/responses/comparison';
import {
	judgedOtherwise,
	judgedView,
	type Judged,
	type JudgedView,
} from '../../core/responses/judging/judged';
import type { IsSpent } from '../../core/responses/judging/spentJudged';
import { JudgedFiles } from '../../node/responses/judging/judgedFiles';
import type { ViewContext } from './comparisonViews';

/** What judges have said about an open comparison, counted again when votes or judgments change. */
export class JudgedAnswers {
	readonly #files: JudgedFiles;
	#all: readonly Judged[] = [];
	#counted:
		| {
				readonly comparison: Comparison;
				readonly all: readonly Judged[];
				readonly state: ViewContext['judged'];
		  }
		| undefined;

	/** @param comparisons folder of all comparisons */
	constructor(comparisons: string, comparisonId: string) {
		this.#files = new JudgedFiles(path.join(comparisons, comparisonId));
	}

	async refresh(): Promise<void> {
		this.#all = await this.#files.read();
	}

	stateOf(comparison: Comparison): ViewContext['judged'] {
		const all = this.#all;
		const known = this.#counted;
		if (known?.comparison === comparison && known.all === all) {
			return known.state;
		}
		const state = { judges: all.length, otherwise: judgedOtherwise(comparison, all) };
		this.#counted = { comparison, all, state };
		return state;
	}

	views(comparison: Comparison, isSpent: IsSpent): readonly JudgedView[] {
		return this.#all.map(judged => judgedView(comparison, judged, isSpent));
	}
}
