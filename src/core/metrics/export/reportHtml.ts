import { countText, figureSvg } from './figureSvg';
import { paperPaint } from './figurePaint';
import { htmlTable } from './htmlTable';
import type { Report, ReportFigure, ReportFinding, ReportRun } from './report';
import { factsSection } from './reportFacts';
import { reportStyle, reportStyleHash } from './reportStyle';
import { escapeMarkup } from './svgText';

const figureWidth = 450;
const figureHeight = 210;

/**
 * The report as one HTML page that needs nothing else: charts are SVG, there is no script, and the
 * page's own policy forbids any request. Light or dark as the reader's machine is, light in print.
 * The same report gives the same bytes.
 */
export function reportHtml(report: Report): string {
	const policy = `default-src 'none'; style-src 'sha256-${reportStyleHash}'; base-uri 'none'; form-action 'none'`;
	const parts = [
		factsSection(report.runs),
		findingsSection(report.runs),
		resultsSection(report),
		figureSections(report.figures),
		recipesSection(report.runs),
		skippedSection(report.runs),
	];
	return [
		'<!DOCTYPE html>',
		'<html lang="en">',
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="referrer" content="no-referrer">',
		`<title>${escapeMarkup(report.title)}</title>`,
		`<style>${reportStyle}</style>`,
		'</head>',
		'<body>',
		`<header><h1>${escapeMarkup(report.title)}</h1>${lead(report)}</header>`,
		'<main>',
		...parts.filter(part => part !== ''),
		'</main>',
		`<footer><p>${[...report.notes, `Made by Windsock ${report.version}.`].map(escapeMarkup).join(' ')}</p></footer>`,
		'</body>',
		'</html>',
		'',
	].join('\n');
}

function lead({ runs }: Report): string {
	if (runs.length === 1) {
		const said = ['State', 'Method', 'Host', 'Launched'].flatMap(name => {
			const value = runs[0]?.facts.find(fact => fact.name === name)?.value;
			return value === undefined ? [] : [value];
		});
		return said.length === 0 ? '' : `<p class="lead">${escapeMarkup(said.join(' · '))}</p>`;
	}
	return `<p class="lead">${runs.length} runs</p>`;
}

const severityWords = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

function findingsSection(runs: readonly ReportRun[]): string {
	if (runs.every(({ findings }) => findings.length === 0)) {
		return '';
	}
	const several = runs.length > 1;
	const items = runs.flatMap(run =>
		run.findings.map(finding => findingItem(run, finding, several)),
	);
	return `<section><h2>Findings</h2>\n<ul class="findings">\n${items.join('\n')}\n</ul></section>`;
}

function findingItem(run: ReportRun, finding: ReportFinding, several: boolean): string {
	const { severity, text, evidence, advice, sources, change } = finding;
	const rests = sources.map(({ title, url }) =>
		url !== undefined && /^https?:\/\//i.test(url)
			? `<a href="${escapeMarkup(url)}" rel="noreferrer">${escapeMarkup(title)}</a>`
			: escapeMarkup(title),
	);
	return [
		`<li class="finding ${severity}">`,
		`<p><b>${severityWords[severity]}</b>${several ? `${escapeMarkup(run.name)}: ` : ''}${escapeMarkup(text)}</p>`,
		...(evidence === undefined ? [] : [`<p class="muted">${escapeMarkup(evidence)}</p>`]),
		...(advice === undefined ? [] : [`<p>${escapeMarkup(advice)}</p>`]),
		...(change === undefined ? [] : [`<p>In the recipe: <code>${escapeMarkup(change)}</code></p>`]),
		...(rests.length === 0 ? [] : [`<p class="muted">After ${rests.join(', ')}</p>`]),
		'</li>',
	].join('');
}

function resultsSection({ results }: Report): string {
	if (results.rows.length === 0) {
		return '';
	}
	const notes = results.notes.map(note => `<p class="note">${escapeMarkup(note)}</p>`);
	return `<section><h2>Results</h2>\n<div class="wide">${htmlTable(results, 'results')}</div>\n${notes.join('\n')}</section>`;
}

function figureSections(figures: readonly ReportFigure[]): string {
	if (figures.length === 0) {
		return '';
	}
	const groups = Map.groupBy(figures, ({ group }) => group);
	const parts = Array.from(groups, ([group, members]) => {
		const heading = group === '' ? '' : `<h3 class="group">${escapeMarkup(group)}</h3>\n`;
		return `${heading}<div class="figures">\n${members.map(figureCard).join('\n')}\n</div>`;
	});
	return `<section><h2>Charts</h2>\n${parts.join('\n')}</section>`;
}

function figureCard({ figure, healthy }: ReportFigure): string {
	const { background: _, ...paint } = paperPaint;
	const unit =
		figure.unit === undefined ? '' : ` <span class="unit">${escapeMarkup(figure.unit)}</span>`;
	const svg = figureSvg(figure, {
		width: figureWidth,
		height: figureHeight,
		paint,
		isUntitled: true,
	});
	return [
		'<figure>',
		`<div class="head"><h3>${escapeMarkup(figure.title)}${unit}</h3><span class="count">${countText(figure)}</span></div>`,
		...(healthy === '' ? [] : [`<figcaption>${escapeMarkup(healthy)}</figcaption>`]),
		`<div class="wide">${svg.trim()}</div>`,
		'</figure>',
	].join('\n');
}

/** A recipe that several runs share stands once. */
function recipesSection(runs: readonly ReportRun[]): string {
	const byText = Map.groupBy(
		runs.filter(({ recipe }) => recipe !== undefined && recipe.trim() !== ''),
		({ recipe }) => recipe ?? '',
	);
	if (byText.size === 0) {
		return '';
	}
	const parts = Array.from(byText, ([text, members]) => {
		const names = members.map(({ name }) => name).join(', ');
		const heading = runs.length === 1 ? '' : `<h3 class="group">${escapeMarkup(names)}</h3>\n`;
		return `${heading}<pre>${escapeMarkup(text.trimEnd())}</pre>`;
	});
	const title = byText.size === 1 ? 'Recipe' : 'Recipes';
	return `<section><h2>${title}</h2>\n${parts.join('\n')}</section>`;
}

function skippedSection(runs: readonly ReportRun[]): string {
	const items = runs.flatMap(({ name, skipped }) =>
		skipped.map(
			what => `<li>${runs.length > 1 ? `${escapeMarkup(name)}: ` : ''}${escapeMarkup(what)}</li>`,
		),
	);
	return items.length === 0
		? ''
		: `<section><h2>Not read</h2>\n<ul>${items.join('')}</ul></section>`;
}
