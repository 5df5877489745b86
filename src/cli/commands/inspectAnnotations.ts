import { ok, type Result } from '../../core/base/result';
import { agreementWords } from '../../core/dataset/annotate/agreementWords';
import type { AnnotationReport } from '../../core/dataset/annotate/annotationReport';
import { locationIn } from '../../node/dataset/datasetLocation';
import { reportAnnotations } from '../../node/dataset/annotate/reportAnnotations';
import { table, type Answer } from '../output';

/** Tags and lost annotations named without `--json`. */
const mostNamed = 8;

/** Says what annotators decided about a dataset, and how far they agree. */
export async function inspectAnnotations(
	file: string,
	options: { readonly workspace: string; readonly signal: AbortSignal },
): Promise<Result<Answer>> {
	const report = await reportAnnotations(locationIn(process.cwd(), file), options);
	if (!report.ok) {
		return report;
	}
	const { path, rows, examples, labels, disputed, detached, tags } = report.value;
	const decisions = `${labels.keep} keep, ${labels.drop} drop, ${labels.fix} fix`;
	const lost = detached
		.slice(0, mostNamed)
		.map(({ author, name, annotation }) => [`  ${name}`, author, annotation.label ?? '']);
	const text = [
		`${path}: ${rows} rows, ${examples} annotated\n`,
		examples === 0 ? '' : `decisions: ${decisions}; ${disputed} in dispute\n`,
		table(authorLines(report.value)),
		...report.value.agreement.map(
			one => `${one.annotators.join(' and ')} ${agreementWords(one)}\n`,
		),
		tags.length === 0
			? ''
			: `tags: ${tags
					.slice(0, mostNamed)
					.map(({ tag, examples: count }) => `${tag} ${count}`)
					.join(', ')}${tags.length > mostNamed ? ' …' : ''}\n`,
		...report.value.suggestions.map(
			one => `${one.tool} suggests something for ${one.examples} examples\n`,
		),
		detached.length === 0
			? ''
			: `annotations of examples that are not in the file: ${detached.length}\n`,
		table(lost),
	].join('');
	return ok({ json: { annotations: report.value }, text });
}

function authorLines({ authors }: AnnotationReport): string[][] {
	if (authors.length === 0) {
		return [];
	}
	const head = ['author', 'examples', 'keep', 'drop', 'fix', 'rated', 'skipped', 'seconds each'];
	return [
		head,
		...authors.map(({ author, examples, labels, rated, skipped, secondsPerExample }) => [
			author,
			...[examples, labels.keep, labels.drop, labels.fix, rated, skipped].map(String),
			secondsPerExample === undefined ? '' : secondsPerExample.toFixed(1),
		]),
	];
}
