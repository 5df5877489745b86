import type { Result } from '../../base/result';
import type { LaunchTrainingRequest, Progress } from '../launchRequest';
import type { PreflightReport } from './preflightReport';

export interface PreflightRequest extends Omit<LaunchTrainingRequest, 'gate' | 'name'> {
	/** Also trains two steps on the longest samples, to measure memory. */
	readonly probe?: boolean;
	/** Called with what is known so far while findings come in, and never after the end. */
	readonly onReport?: (report: PreflightReport) => void;
}

/** Checks recipes where they would be trained. Nothing is launched. */
export interface RecipeChecker {
	check(
		request: PreflightRequest,
		progress: Progress,
		signal?: AbortSignal,
	): Promise<Result<PreflightReport>>;
}
