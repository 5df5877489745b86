/**
 * Every failure that users can meet. The sentence for each code stands in errorMessages.ts, which
 * is exhaustive over this union.
 */
export type ErrorCode =
	// hosts and links
	| 'hostUnknown'
	| 'workspaceUntrusted'
	| 'hostUnreachable'
	| 'hostUnsupported'
	| 'hostKeyUnknown'
	| 'hostKeyChanged'
	| 'hostKeyRevoked'
	| 'authenticationFailed'
	| 'connectionLost'
	| 'cancelled'
	| 'remoteCommandFailed'
	| 'remoteFileMissing'
	| 'remoteAccessDenied'
	| 'remoteFileExists'
	| 'noSpace'
	| 'noSpaceHere'
	| 'fileExistsHere'
	| 'transferCorrupt'
	| 'pathRefused'
	| 'codeTooLarge'
	| 'noPython'
	| 'environmentFailed'
	| 'slurmInvalid'
	| 'jobRefused'
	| 'schedulerSilent'
	// files and datasets
	| 'fileMissing'
	| 'fileChanged'
	| 'fileUnreadable'
	| 'fileUnwritable'
	| 'formatUnknown'
	| 'formatUnsupported'
	| 'datasetUnclear'
	| 'datasetsNotAtHand'
	| 'rowBroken'
	| 'rowMissing'
	| 'editImpossible'
	| 'searchInvalid'
	| 'searchTooSlow'
	| 'saveLoses'
	| 'conversionImpossible'
	| 'conversionOntoItself'
	| 'metricsFormatUnknown'
	| 'pipelineInvalid'
	| 'queryInvalid'
	| 'queryTooSlow'
	| 'testSplitMixed'
	| 'versionMissing'
	| 'saveElsewhere'
	// datasets on the Hub
	| 'hubLocationInvalid'
	| 'hubFailed'
	| 'hubBusy'
	| 'hubMissing'
	| 'hubTokenNeeded'
	| 'hubTokenRefused'
	| 'hubAccessDenied'
	// recipes, models, runs
	| 'recipeInvalid'
	| 'recipeNotImportable'
	| 'graphInvalid'
	| 'graphBusy'
	| 'graphStuck'
	| 'restartImpossible'
	| 'nothingToResume'
	| 'modelRefInvalid'
	| 'modelMissing'
	| 'checkpointMissing'
	| 'runUnknown'
	| 'runBusy'
	| 'rerunImpossible'
	| 'pushRefused'
	| 'rerunDiffers'
	| 'runNotQueued'
	| 'removalPartial'
	| 'runFailed'
	| 'contractNewer'
	| 'mirrorLocked'
	| 'scoreInvalid'
	// responses
	| 'promptSetInvalid'
	| 'comparisonMissing'
	| 'answersUnknown'
	| 'exportImpossible'
	| 'judgeImpossible'
	| 'pairsImpossible'
	| 'rewardMapImpossible'
	| 'auditImpossible'
	| 'languageModelFailed'
	| 'endpointFailed';

/** Facts that the sentence for people is made from: names, paths, line numbers, fingerprints. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

export class WindsockError extends Error {
	override readonly name = 'WindsockError';

	constructor(
		readonly code: ErrorCode,
		readonly details: ErrorDetails = {},
		options?: { readonly cause?: unknown },
	) {
		super(`${code} ${JSON.stringify(details)}`, options);
	}

	static is(error: unknown, code?: ErrorCode): error is WindsockError {
		return error instanceof WindsockError && (code === undefined || error.code === code);
	}
}

/** The text of an unknown thrown value, for logs and for `details.reason`. */
export function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
