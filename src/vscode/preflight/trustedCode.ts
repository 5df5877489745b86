import * as vscode from 'vscode';
import type { PreflightKind, PreflightReport } from '../../core/training/preflight/preflightReport';
import type { OwnPrograms } from '../../node/graph/ownPrograms';
import { wordsFor } from '../../core/training/preflight/preflightWords';

const key = 'windsock.trustedCode';
/** Older ones are asked about again. */
const most = 500;
const trust = 'Trust and Run';
const trustProject = 'Trust All Scripts Here';
const projectKey = 'windsock.trustsOwnScripts';

/** Foreign code that was agreed to in this workspace, by the hash of its content. */
export class TrustedCode {
	constructor(private readonly state: vscode.Memento) {}

	get hashes(): readonly string[] {
		return this.state.get<readonly string[]>(key, []);
	}

	/** Asks about each piece of foreign code that is new; `false` when one is not wanted. */
	async ask(report: PreflightReport): Promise<boolean> {
		for (const kind of report.kinds) {
			const hash = hashOf(kind);
			const isOwn = kind.code === 'ownScript' || kind.code === 'ownCommand';
			if (hash === undefined || this.hashes.includes(hash)) {
				continue;
			}
			if (isOwn && this.state.get(projectKey, false)) {
				continue;
			}
			const { sentence } = wordsFor(kind);
			const choice = await vscode.window.showWarningMessage(
				`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
				{ modal: true, detail: detailOf(kind, report.hostName, hash) },
				trust,
				...(isOwn ? [trustProject] : []),
			);
			if (choice === undefined) {
				return false;
			}
			if (choice === trustProject) {
				await this.state.update(projectKey, true);
			}
			await this.state.update(key, [...this.hashes, hash].slice(-most));
		}
		return true;
	}

	/** Asks about programs of a graph's recipes, once for their content; `false` when they are not wanted. */
	async askAboutPrograms(programs: OwnPrograms, hosts: readonly string[]): Promise<boolean> {
		const { hash, shown } = programs;
		if (this.hashes.includes(hash) || this.state.get(projectKey, false)) {
			return true;
		}
		const named = shown.slice(0, 8);
		const more = shown.length > named.length ? [`and ${shown.length - named.length} more`] : [];
		const detail = [
			...named,
			...more,
			'',
			`They would run on ${hosts.join(', ')} as you, with your files and keys.`,
		];
		const choice = await vscode.window.showWarningMessage(
			'The recipes of this graph run programs of their own.',
			{ modal: true, detail: detail.join('\n') },
			trust,
			trustProject,
		);
		if (choice === undefined) {
			return false;
		}
		await (choice === trustProject
			? this.state.update(projectKey, true)
			: this.state.update(key, [...this.hashes, hash].slice(-most)));
		return true;
	}
}

export function hashOf({ part, values }: PreflightKind): string | undefined {
	const { hash } = values;
	return part === 'trust' && typeof hash === 'string' ? hash : undefined;
}

function detailOf({ values }: PreflightKind, hostName: string, hash: string): string {
	const files = Array.isArray(values['files']) ? (values['files'] as unknown[]) : [];
	const named = files.slice(0, 8).map(String);
	const more = files.length > named.length ? [`and ${files.length - named.length} more`] : [];
	return [
		`It would run on ${hostName} as you, with your files and keys.`,
		...(named.length === 0 ? [] : ['', ...named, ...more]),
		'',
		`You are asked once: this content (${hash.slice(0, 12)}…) is remembered in this workspace, and other content is asked about again.`,
	].join('\n');
}
