import { alpacaEval } from './alpacaEvalProtocol';
import { arenaHard } from './arenaHardProtocol';
import type { JudgeProtocol, ProtocolRequest, ProtocolRows } from './judgeProtocol';
import { mtBenchPair, mtBenchSingle, withoutReference } from './mtBenchProtocol';

/** All that a protocol asks about a comparison. A string tells why it cannot be done. */
export function protocolRows(
	protocol: JudgeProtocol,
	request: ProtocolRequest,
): ProtocolRows | string {
	const labels = request.comparison.header.models.map(({ label }) => label);
	const { reference } = request;
	if (reference !== undefined && !labels.includes(reference)) {
		return `no model is called “${reference}”; there are ${labels.join(', ')}`;
	}
	if (protocol !== 'mt-bench' && labels.length < 2) {
		return 'the protocol needs the answers of two models';
	}
	if (protocol === 'mt-bench' || protocol === 'mt-bench-pair') {
		const lacking = withoutReference(request);
		return lacking.length > 0
			? `MT-Bench shows its judge a reference answer to questions of math, reasoning and coding, and ${lacking.length} have none, first ${lacking[0]}; --references names FastChat’s reference_answer/gpt-4.jsonl`
			: protocol === 'mt-bench'
				? mtBenchSingle(request)
				: mtBenchPair(request);
	}
	return protocol === 'alpaca-eval' || protocol === 'alpaca-eval-1'
		? alpacaEval(request, protocol)
		: arenaHard(request, protocol);
}
