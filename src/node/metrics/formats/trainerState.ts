import { isObject, parsePythonJson } from '../pythonJson';
import { numberIn, takeRecord } from '../takeRecord';
import type { Reading } from '../reading';

/**
 * The log history of transformers' `trainer_state.json`, which mixes training, evaluation and
 * final rows. Its rows carry no time.
 *
 * @returns false when the text is not such a file
 */
export function readTrainerState(text: string, reading: Reading): boolean {
	let state: unknown;
	try {
		state = parsePythonJson(text);
	} catch {
		return false;
	}
	const history: unknown = isObject(state) ? state['log_history'] : undefined;
	if (!isObject(state) || !Array.isArray(history)) {
		return false;
	}
	const run = reading.run();
	const maxSteps = numberIn(state['max_steps']);
	const every = numberIn(state['logging_steps']);
	if (maxSteps !== undefined && maxSteps > 0) {
		run.facts.maxSteps = maxSteps;
	}
	if (every !== undefined && every > 0) {
		// Below 1 it is a share of all steps.
		run.facts.loggingSteps = every < 1 ? Math.ceil(every * (maxSteps ?? 0)) || 1 : every;
	}
	for (const row of history as readonly unknown[]) {
		if (isObject(row)) {
			takeRecord(row, run, reading);
		} else {
			reading.skip('rows without a step');
		}
	}
	return true;
}
