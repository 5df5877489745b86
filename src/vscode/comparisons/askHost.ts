import type { Result } from '../../core/base/result';
import type { HostQuestion } from '../../core/responses/hostAnswers';
import type { HostAskServices } from '../../node/responses/askOnHost';
import type { Notifications } from '../notifications';
import type { JobReview } from '../runs/reviewJob';

export interface AskHostServices extends HostAskServices {
	readonly notifications: Notifications;
	readonly jobs: JobReview;
}

/** The notification's Cancel ends the job as leaving the question does. */
export async function askHostWithProgress(
	services: AskHostServices,
	question: HostQuestion,
): Promise<Result<void>> {
	const { askOnHost } = await import('../../node/responses/askOnHost');
	return services.notifications.progress(`Asking on ${question.hostName}`, (progress, signal) =>
		askOnHost(
			services,
			{ ...question, signal: AbortSignal.any([question.signal, signal]) },
			progress,
			services.jobs.reviewFor(progress),
		),
	);
}
