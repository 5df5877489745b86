import { changeWords } from './changeWords';
import type { DoctorFinding } from './finding';
import { stepsText } from './runView';

const marks: Readonly<Record<DoctorFinding['severity'], string>> = {
	error: '✗',
	warning: '!',
	info: ' ',
};

/**
 * Findings for a terminal, one paragraph each.
 *
 * @param hasLoss whether there is a loss to judge by
 */
export function doctorText(findings: readonly DoctorFinding[], hasLoss = true): string {
	if (findings.length === 0) {
		return hasLoss
			? '  nothing is wrong, as far as its curves tell\n'
			: '  it logs no metric named loss, so there is little to judge by\n';
	}
	return findings.map(findingText).join('\n');
}

function findingText(finding: DoctorFinding): string {
	const { severity, title, sentence, advice, evidence, sources, changes, code } = finding;
	const seen = evidence.map(
		one =>
			`${one.kind === 'eval' ? 'held-out ' : ''}${one.metric} at ${stepsText(one)}: ${one.values}`,
	);
	const rests = sources.map(({ title: name, url }) =>
		url === undefined ? name : `${name} ${url}`,
	);
	return [
		`${marks[severity]} ${title} (${code})`,
		`    ${sentence}`,
		`    → ${advice}`,
		...(changes === undefined ? [] : [`    → in the recipe: ${changeWords(changes)}`]),
		`    seen in ${seen.join('; ')}`,
		`    after ${rests.join(', ')}`,
		'',
	].join('\n');
}
