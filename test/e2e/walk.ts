import { compareAndVote } from './steps/compareAndVote';
import { lookAtData } from './steps/lookAtData';
import { trainDpo } from './steps/trainDpo';
import { trainOnVotes } from './steps/trainOnVotes';
import { surviveClosedWindow } from './steps/surviveClosedWindow';
import { trainSft } from './steps/trainSft';
import type { WalkSession } from './walkSession';

/** One step of the loop: done by clicks and keys only, asserted on screen and on disk. */
export interface WalkStep {
	readonly title: string;
	run(session: WalkSession): Promise<void>;
}

/** The loop of the README. Each step goes on from where the one before it ended. */
export const walkSteps: readonly WalkStep[] = [
	{ title: 'opens three datasets, edits, saves, undoes and labels', run: lookAtData },
	{ title: 'launches SFT and sees the loss move', run: trainSft },
	{ title: 'closes the window; the run goes on and is complete', run: surviveClosedWindow },
	{ title: 'launches DPO from the SFT checkpoint', run: trainDpo },
	{ title: 'compares answers of base, SFT and DPO, and votes', run: compareAndVote },
	{ title: 'trains DPO again on the votes', run: trainOnVotes },
];
