import { ok, type Result } from '../../core/base/result';
import type { Answer } from '../output';
import type { Services } from '../services';

/** The crontab line with which a host goes on with runs after a reboot; written only with `--yes`. */
export async function retryAfterReboot(
	services: Services,
	host: string,
	options: { readonly yes?: boolean; readonly remove?: boolean },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const change = options.remove === true ? 'remove' : options.yes === true ? 'install' : undefined;
	const answered = await services.control.rebootLine(host, change, { signal });
	if (!answered.ok) {
		return answered;
	}
	const { line, installed } = answered.value;
	const state = installed
		? `${host} goes on with lost runs after a reboot, where their recipes have “retry” on node.`
		: change === 'remove'
			? `The line is not in the crontab of ${host} any more.`
			: `With --yes this line goes into your crontab on ${host}:`;
	return ok({ json: { host, line, installed }, text: `${state}\n  ${line}` });
}
