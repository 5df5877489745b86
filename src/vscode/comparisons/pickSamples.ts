import * as vscode from 'vscode';
import { defaultSampling } from '../../core/responses/defaultSampling';

/** How each prompt is answered: once and greedily, or several times, drawn. */
export interface AnswerPlan {
	readonly samples: number;
	readonly sampling: Readonly<Record<string, unknown>>;
}

export const onceGreedily: AnswerPlan = { samples: 1, sampling: defaultSampling };

/** Drawn answers need a temperature, or all of them are the same. */
const temperature = 0.7;
const counts = [2, 4, 8, 16];

/** Undefined: declined. */
export async function pickSamples(): Promise<AnswerPlan | undefined> {
	const picked = await vscode.window.showQuickPick(
		counts.map(samples => ({
			label: `${samples} answers`,
			description: `drawn at temperature ${temperature}, each with a seed of its own`,
			plan: { samples, sampling: { ...defaultSampling, temperature } },
		})),
		{
			ignoreFocusOut: true,
			title: 'Generate Responses (2/3): Answers to Each Prompt',
			placeHolder: 'A lane goes through them; votes are about the first',
		},
	);
	return picked?.plan;
}
