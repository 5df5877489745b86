import { homedir, userInfo } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { HostSettings } from '../core/hosts/hostDirectory';

/** An OpenAI-compatible server that a model reference `endpoint:name` points to. */
export interface EndpointSettings {
	readonly url: string;
	readonly model: string;
	/** Of a million tokens, of questions and of replies. */
	readonly price?: number;
	readonly replyPrice?: number;
}

function setting(): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration('windsock');
}

/** Settings of people are data: anything of another shape than the manifest's reads as unset. */
function record<T>(name: string): Readonly<Record<string, T>> {
	const value = setting().get<unknown>(name);
	return typeof value === 'object' && value !== null ? (value as Record<string, T>) : {};
}

export function hostSettings(name: string): HostSettings {
	const hosts = record<HostSettings>('hosts');
	return Object.hasOwn(hosts, name) ? (hosts[name] ?? {}) : {};
}

export function endpoints(): Readonly<Record<string, EndpointSettings>> {
	return record<EndpointSettings>('endpoints');
}

export function sshConfigFile(): string {
	const configured = setting().get<string>('sshConfigFile', '').trim();
	return configured === ''
		? path.join(homedir(), '.ssh', 'config')
		: configured.replace(/^~(?=\/|\\|$)/, homedir());
}

/** The Hub's address; empty for HF_ENDPOINT, else the usual one. */
export function hubEndpoint(): string {
	return setting().get<string>('hubEndpoint', '').trim();
}

/** Whether a look at the host comes before each launch of something new. */
export function checksBeforeLaunch(): boolean {
	return setting().get<boolean>('training.checkBeforeLaunch', true);
}

/** Names the author of annotation and vote files. */
export function annotator(): string {
	const configured = setting().get<string>('annotator', '').trim();
	return configured === '' ? userInfo().username : configured;
}

/** Who shares out a review, and the part of the examples that all of them get. */
export function reviewSplit(): {
	readonly annotators: readonly string[];
	readonly overlap: number;
} {
	const overlap = setting().get<number>('review.overlap', 0.2);
	return {
		annotators: setting().get<string[]>('review.annotators', []),
		overlap: Math.min(1, Math.max(0, overlap)),
	};
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
	return vscode.workspace.onDidChangeConfiguration(event => {
		if (event.affectsConfiguration('windsock')) {
			listener();
		}
	});
}
