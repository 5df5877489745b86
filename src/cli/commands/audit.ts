import { ok, type Result } from '../../core/base/result';
import { auditRun, type AuditedPairs } from '../../node/rewardMaps/auditRun';
import { table, type Answer } from '../output';
import type { Services } from '../services';

/** How far a model's implicit margins say what labels, votes and judges say. */
export async function audit(
	services: Services,
	runId: string,
	options: { readonly limit: number },
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const found = await auditRun(services, runId, signal);
	if (!found.ok) {
		return found;
	}
	const { audits, broken } = found.value;
	const json = {
		runId,
		brokenLines: broken,
		audits: audits.map(one => ({
			kind: one.kind,
			name: one.name,
			...(one.kind === 'labels' ? { step: one.step, ...(one.path ? { path: one.path } : {}) } : {}),
			pairs: one.audit.pairs,
			agree: one.audit.agree,
			...(one.audit.share ? { share: one.audit.share } : {}),
			...(one.audit.auc ? { auc: one.audit.auc } : {}),
			disputed: disputedOf(one).map(({ record }) => record),
		})),
	};
	return ok({ json, text: textOf(audits, options.limit) });
}

interface Disputed {
	readonly margin: number;
	/** For the JSON. */
	readonly record: object;
	/** For people. */
	readonly where: string;
}

function disputedOf(one: AuditedPairs): Disputed[] {
	const labels =
		one.kind === 'labels'
			? one.audit.disputed.map(({ chosen, rejected, row }) => ({
					chosen,
					rejected,
					of: { row },
					where: `${one.path ?? one.name}:${row}`,
				}))
			: one.audit.disputed.map(({ chosen, rejected, promptId, preferred, over }) => ({
					chosen,
					rejected,
					of: { promptId, preferred, over },
					where: `${promptId}: ${preferred} over ${over}`,
				}));
	return labels.map(({ chosen, rejected, of, where }) => {
		const margin = chosen - rejected;
		return { margin, record: { margin, chosen, rejected, ...of }, where };
	});
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;

function textOf(audits: readonly AuditedPairs[], limit: number): string {
	const rows = audits.map(({ kind, name, audit: { pairs, share, auc } }) => [
		kind === 'labels' ? `labels of ${name}` : kind === 'votes' ? 'votes' : `judge ${name}`,
		String(pairs),
		share
			? `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`
			: 'none scored',
		auc === undefined
			? ''
			: `${auc.value.toFixed(2)}${auc.low === undefined || auc.high === undefined ? '' : ` (${auc.low.toFixed(2)} to ${auc.high.toFixed(2)})`}`,
	]);
	const lists = audits.flatMap(one => {
		const all = disputedOf(one);
		if (all.length === 0) {
			return [];
		}
		const shown = all.slice(0, limit).map(({ where, margin }) => [margin.toFixed(3), where]);
		const more = all.length - shown.length;
		return [
			`\nThe model prefers what was rejected in ${all.length} of ${one.audit.pairs} pairs (${one.name}), often by a wrong label:\n`,
			table([['MARGIN', 'PAIR'], ...shown]),
			...(more > 0 ? [`… and ${more} more: --limit or --json\n`] : []),
		];
	});
	return [table([['AGAINST', 'PAIRS', 'AGREES', 'AUC'], ...rows]), ...lists].join('');
}
