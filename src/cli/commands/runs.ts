import { ok, type Result } from '../../core/base/result';
import type { RunSummary } from '../../core/training/runLibrary';
import { table, type Answer } from '../output';
import type { Services } from '../services';
import { stateWord } from '../../core/training/runStateWords';

export async function runs(
	services: Services,
	options: { readonly offline?: boolean },
): Promise<Result<Answer>> {
	if (options.offline !== true) {
		await services.library.refresh();
	}
	const list = services.library.list();
	const rows = list.map(run => [
		run.id,
		run.archivedAt === undefined ? stateWord(run.state) : 'archived',
		steps(run),
		run.method ?? run.kind,
		run.hostName,
		run.name,
		run.message,
	]);
	const heading = ['ID', 'STATE', 'STEP', 'KIND', 'HOST', 'NAME', ''];
	return ok({
		json: { runs: list },
		text: list.length === 0 ? 'No runs in this folder yet.' : table([heading, ...rows]),
	});
}

function steps(run: RunSummary): string {
	return run.step === undefined ? '' : `${run.step}/${run.maxSteps ?? '?'}`;
}
