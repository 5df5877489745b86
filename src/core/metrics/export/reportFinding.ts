import type { DoctorFinding } from '../../doctor/finding';
import { stepsText } from '../../doctor/runView';
import { settingsWords } from '../../training/preflight/summaryWords';
import type { ReportFinding } from './report';

/** What the doctor says, in the words of a report. */
export function reportFinding(finding: DoctorFinding): ReportFinding {
	const { severity, title, sentence, advice, evidence, sources, changes } = finding;
	const seen = evidence.map(
		one =>
			`${one.kind === 'eval' ? 'held-out ' : ''}${one.metric} at ${stepsText(one)}: ${one.values}`,
	);
	return {
		severity,
		text: `${title}. ${sentence}`,
		evidence: seen.join('; '),
		advice,
		sources,
		...(changes === undefined ? {} : { change: settingsWords(changes) }),
	};
}
