import { ok, type Result } from '../core/base/result';
import type { MetricPoint } from '../core/training/runLibrary';
import type { Answer, Output } from './output';
import type { Services } from './services';
import { stateWord } from '../core/training/runStateWords';

/** Shows a run on stderr until it has ended. Leaving off by ^C does not end the run. */
export async function followToEnd(
	services: Services,
	output: Output,
	runId: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const { library } = services;
	let shown = '';
	const say = (text: string): void => {
		if (text !== shown) {
			shown = text;
			output.note(text);
		}
	};
	output.note(`run ${runId}`);
	const parts = [
		library.onDidChange(({ runId: changed }) => {
			const run = changed === runId ? library.get(runId) : undefined;
			if (run !== undefined) {
				const message = run.message === '' ? '' : `: ${run.message}`;
				say(`${stateWord(run.state)}${message}`);
			}
		}),
		library.onDidAppendMetrics(({ runId: of, points }) => {
			for (const point of of === runId ? points : []) {
				const line = describePoint(point);
				if (line !== '') {
					output.note(line);
				}
			}
		}),
	];
	const ended = await library.waitForEnd(runId, signal);
	for (const part of parts) {
		part.dispose();
	}
	if (!ended.ok) {
		return ended;
	}
	const run = ended.value;
	const text = `${run.id}  ${stateWord(run.state)}${run.message === '' ? '' : `  ${run.message}`}`;
	return ok({ json: { runId, run }, text, exitCode: run.state === 'finished' ? 0 : 1 });
}

/** Empty for points about the machine, and of single steps, which are many. */
function describePoint(point: MetricPoint): string {
	if (point.kind === 'system' || point.kind === 'step') {
		return '';
	}
	const values = Object.entries(point.values)
		.slice(0, 4)
		.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
	const label = point.label === undefined ? point.kind : `${point.kind} ${point.label}`;
	return `step ${point.step}  ${label}  ${values.join('  ')}`;
}
