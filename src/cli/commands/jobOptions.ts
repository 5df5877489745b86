import type { LaunchPlan } from '../../core/training/launchRequest';
import type { Answer } from '../output';

/** What a command that may become a job takes. */
export interface JobOptions {
	readonly resource?: readonly string[];
	readonly dryRun?: boolean;
}

/** Takes down what would be started and lets nothing start. */
export class DryRun {
	#plan: LaunchPlan | undefined;

	readonly review = async (plan: LaunchPlan): Promise<boolean> => {
		this.#plan = plan;
		return false;
	};

	/** Undefined when the launch did not come that far. */
	get answer(): Answer | undefined {
		const plan = this.#plan;
		if (plan === undefined) {
			return undefined;
		}
		const direct = `${plan.hostName} has no scheduler: the run would start at once in ${plan.runDir}`;
		return { json: { plan }, text: plan.script ?? direct };
	}
}

/** `name=value` (the command line has checked the form): a value that is JSON is taken as such, anything else as text. */
export function pairsOf(pairs: readonly string[] = []): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const pair of pairs) {
		const at = pair.indexOf('=');
		values[pair.slice(0, at)] = jsonOrText(pair.slice(at + 1));
	}
	return values;
}

function jsonOrText(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
