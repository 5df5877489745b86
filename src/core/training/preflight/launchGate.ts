import type { PreflightReport } from './preflightReport';

/** Decides whether a launch goes on after what its preflight said. */
export interface LaunchGate {
	/** Hashes of foreign code that a person has agreed to run. */
	readonly trusted: readonly string[];
	/** The same content has passed before: nothing is checked again. */
	hasPassed(content: string): boolean;
	onReport(report: PreflightReport): void;
	/** Undefined ends the launch with `cancelled`. The signal is the launch's own. */
	decide(report: PreflightReport, signal?: AbortSignal): Promise<LaunchDecision | undefined>;
}

export interface LaunchDecision {
	/** All hashes that are agreed to by now. */
	readonly trusted: readonly string[];
}
