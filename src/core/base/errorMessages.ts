import type { ErrorCode, ErrorDetails, WindsockError } from './errors';

type Sentence = (d: ErrorDetails) => string;

/** `key` of the details, quoted and cut, or a neutral phrase when it is missing. */
const q = (d: ErrorDetails, key: string, otherwise = 'it'): string => {
	const value = d[key];
	return value === undefined ? otherwise : `“${String(value).slice(0, 300)}”`;
};
const tail = (d: ErrorDetails, key = 'reason'): string =>
	d[key] === undefined ? '' : ` (${String(d[key]).slice(0, 600)})`;

/** One sentence on what happened and one on what to do next, for each code. */
const sentences: Record<ErrorCode, Sentence> = {
	hostUnknown: d =>
		`No host named ${q(d, 'host')}. Add it to ~/.ssh/config, or use “local”; ` +
		`known hosts: ${d['known'] ?? 'local'}.`,
	workspaceUntrusted: () =>
		'This folder is not trusted, so Windsock does not connect to hosts from it. Trust the workspace, then try again.',
	hostUnreachable: d =>
		`${q(d, 'host', 'The host')} does not answer${tail(d)}. Check the network and that “ssh ${d['host'] ?? 'HOST'}” works, then try again.`,
	hostUnsupported: d =>
		`${q(d, 'host', 'The host')} needs what Windsock’s ssh cannot do${tail(d)}. Give it a plain way in ~/.ssh/config: a key, a password or ProxyJump.`,
	hostKeyUnknown: d =>
		`The key of ${q(d, 'host', 'the host')} is not known yet: ${d['fingerprint'] ?? ''}. ` +
		`Compare it with the host’s owner, then accept it once${d['command'] === undefined ? '' : `: ${d['command']}`}.`,
	hostKeyChanged: d =>
		`The key of ${q(d, 'host', 'the host')} has changed (now ${d['fingerprint'] ?? 'another'}), so nothing was sent to it. ` +
		`Somebody may be listening, or the host was reinstalled: ask its owner, then remove the old key with “ssh-keygen -R "${d['lookup'] ?? d['host'] ?? 'HOST'}"”.`,
	hostKeyRevoked: d =>
		`The key of ${q(d, 'host', 'the host')} is marked as revoked in known_hosts, so nothing was sent to it. Ask the host’s owner for its new key.`,
	authenticationFailed: d =>
		`${q(d, 'host', 'The host')} refused every way to log in${tail(d)}. Check the user, the key or the agent with “ssh ${d['host'] ?? 'HOST'}”.`,
	connectionLost: d =>
		`The connection to ${q(d, 'host', 'the host')} broke${tail(d)}. Runs there go on; try again when the network is back.`,
	cancelled: d =>
		`Cancelled${d['what'] === undefined ? '' : `: ${d['what']}`}. Nothing is left half-done.`,
	remoteCommandFailed: d =>
		`A command on ${q(d, 'host', 'the host')} failed${tail(d)}. The log has its whole output.`,
	remoteFileMissing: d =>
		`${q(d, 'path', 'A file')} is not on ${q(d, 'host', 'the host')}. Check the path.`,
	remoteAccessDenied: d =>
		`No permission for ${q(d, 'path', 'a file')} on ${q(d, 'host', 'the host')}. Choose another folder in the host’s settings or mend its rights.`,
	remoteFileExists: d =>
		`${q(d, 'path', 'A file')} is already on ${q(d, 'host', 'the host')}. Remove it or choose another name.`,
	noSpace: d =>
		`Not enough space on ${q(d, 'host', 'the host')}${tail(d)}. Free some, or set another “windsock.hosts” runRoot or envRoot.`,
	noSpaceHere: d =>
		`Not enough space for ${q(d, 'path', 'this')} on this machine${tail(d)}. Free some, or choose another folder.`,
	fileExistsHere: d =>
		`${q(d, 'path', 'A file')} is there already and is not the host’s file, so it was left as it is. Choose another folder, or remove it.`,
	transferCorrupt: d =>
		`${q(d, 'path', 'A file')} did not arrive on ${q(d, 'host', 'the other side')} as it was sent${tail(d)}, so it was thrown away. Try again; if it happens again, look whether something writes the file meanwhile.`,
	pathRefused: d =>
		`${q(d, 'host', 'The host')} names a file that would land outside of the folder: ${q(d, 'path')}. Nothing of it was written; look at what is in that run’s folder.`,
	codeTooLarge: d =>
		`The project ${q(d, 'path', '')} has ${d['size']} in ${d['files']} files, more than is sent as code (${d['limit']}); the largest is ${d['largest']}. ` +
		`List what the host does not need in .gitignore or .windsockignore, or name a smaller folder with “project:” in the recipe.`,
	noPython: d =>
		`${q(d, 'host', 'The host')} has no usable Python${tail(d)}. Install Python 3.10 or newer there, or set its path in “windsock.hosts”.`,
	environmentFailed: d =>
		`The Python environment on ${q(d, 'host', 'the host')} could not be built${tail(d)}. Mend the cause named in the log and launch again; finished parts are kept.`,
	slurmInvalid: d =>
		`What ${q(d, 'host', 'the host')} is to ask Slurm for cannot be used${tail(d)}. Mend the host's setting “slurm”, the recipe's “resources” or the launch.`,
	jobRefused: d =>
		`${q(d, 'host', 'The host')} does not take the job: ${d['reason'] ?? 'Slurm gives no reason'}. Change the host's setting “slurm”, the recipe's “resources” or the launch, and launch again; nothing was left there.`,
	schedulerSilent: d =>
		`The scheduler of ${q(d, 'host', 'the host')} does not answer${tail(d)}. The run is on record and starts if its job was taken after all; look at the list of runs in a while, and remove it there to try again.`,
	fileMissing: d =>
		`${q(d, 'path', 'The file')} does not exist. ${d['remedy'] ?? 'Check the path.'}`,
	fileChanged: d =>
		`${q(d, 'path', 'The file')} was changed by something else. Compare, overwrite it, or reload it.`,
	fileUnreadable: d =>
		`${q(d, 'path', 'The file')} cannot be read${tail(d)}. Check its rights and that it is what its name says.`,
	fileUnwritable: d =>
		`${q(d, 'path', 'The file')} cannot be written${tail(d)}. ${d['remedy'] ?? 'Check its rights and the space on the disk; your edits are kept.'}`,
	formatUnknown: d =>
		`${q(d, 'path', 'The file')} has no format that Windsock reads. Use .jsonl, .json (an array of rows), .csv, each also as .gz or .zst, .parquet or .arrow.`,
	formatUnsupported: d =>
		`${q(d, 'path', 'The file')}: ${d['reason'] ?? 'this is not supported'}. Convert it first with “windsock convert”.`,
	datasetUnclear: d =>
		`${q(d, 'path', 'The folder')} is not one dataset: ${d['reason'] ?? 'no file in it holds rows'}. ${d['remedy'] ?? 'Open a file of it, or name the files by a glob.'}`,
	rowMissing: d =>
		`${q(d, 'path', 'The dataset')} has no such row${tail(d)}. Rows are counted from 1.`,
	rowBroken: d =>
		`Row ${d['row'] ?? '?'} of ${q(d, 'path', 'the file')} is not valid JSON${tail(d)}. Open it and mend or delete the row.`,
	saveLoses: d =>
		`A save puts a new file in the place of ${q(d, 'path', 'this one')}${tail(d)}. Save all the same, or cancel and use “Save As”.`,
	editImpossible: d =>
		`This change cannot be made${tail(d)}. Nothing was changed; the row can still be edited as raw text.`,
	searchInvalid: d => `This is no regular expression${tail(d)}. Mend it, or search for plain text.`,
	searchTooSlow: d =>
		`The search took more than ten seconds over rows ${String(d['first'])} to ${String(d['last'])} and was stopped; nothing was changed. A regular expression with repetition inside repetition can take for ever: make it simpler.`,
	conversionImpossible: d =>
		`${q(d, 'path', 'The file')} cannot be converted${tail(d)}. Choose another target or mend the rows named.`,
	conversionOntoItself: d =>
		`${q(d, 'path', 'The file')} would be overwritten by its own conversion. Name another file for the result; nothing was written.`,
	metricsFormatUnknown: d =>
		`${q(d, 'path', 'The file')} holds no metrics that Windsock reads. Give a run folder, TensorBoard event files, a trainer_state.json, a LLaMA-Factory trainer_log.jsonl, a Trackio database, a .wandb file, CSV or JSON lines with a step, a training log, or a folder with these.`,
	queryInvalid: d =>
		`The query cannot be read at ${d['place'] ?? 'its'}: ${d['reason'] ?? ''} Mend it, then try again.`,
	queryTooSlow: d =>
		`The search was stopped at row ${d['row'] ?? '?'}: ${d['expression'] === undefined ? 'reading that row' : `${q(d, 'expression')} tried there`} for more than ${d['seconds'] ?? 'some'} seconds. ${d['expression'] === undefined ? 'Leave the row out, such as by a row number.' : 'Make the expression simpler, such as without a repeat inside a repeat.'}`,
	pipelineInvalid: d =>
		`The pipeline ${q(d, 'path', '')} is not right${tail(d)}. Mend it and run it again; nothing was written.`,
	testSplitMixed: d =>
		`${q(d, 'path', 'The file')} is a test split${tail(d)}. Leave it out, or evaluation would be on what was trained on; nothing was written.`,
	versionMissing: d =>
		`There is no ${q(d, 'version', 'such version')} of the file in git${tail(d)}. Write FILE@REVISION, with a branch, tag or commit that has the file at the same place.`,
	saveElsewhere: d =>
		`${q(d, 'path', 'The file')} cannot be saved in its place (it is on ${d['place'] ?? 'another machine'}). “Save a Copy” writes it to this machine with your edits, which are kept until then.`,
	hubLocationInvalid: d =>
		`${q(d, 'location', 'The location')} does not name a dataset of the Hub. Write hf://datasets/OWNER/NAME, with @REVISION and a path or a glob where needed.`,
	hubFailed: d =>
		`${d['hub'] ?? 'The Hub'} could not be read${tail(d)}. Check the network and HF_ENDPOINT, then try again; what was read is kept.`,
	hubBusy: d =>
		`${d['hub'] ?? 'The Hub'} takes no more requests from here for a while${tail(d)}. Wait${d['seconds'] === undefined ? ' a few minutes' : ` ${d['seconds']} seconds`}, or log in with a token: its limits are higher.`,
	hubMissing: d =>
		`${d['hub'] ?? 'The Hub'} has no ${q(d, 'what', 'such dataset')}. Check the name, the revision and the path.`,
	hubTokenNeeded: d =>
		`${d['hub'] ?? 'The Hub'} does not show ${q(d, 'dataset', 'the dataset')} without a token: it is private, gated or not there. Check the name, set HF_TOKEN or log in with “hf auth login”, then try again.`,
	hubTokenRefused: d =>
		`${d['hub'] ?? 'The Hub'} does not show ${q(d, 'dataset', 'the dataset')} to the owner of your token: the token is wrong or expired, or the dataset is private or not there. Check the name and the token (${d['source'] ?? 'HF_TOKEN'}).`,
	hubAccessDenied: d =>
		`${q(d, 'dataset', 'The dataset')} on ${d['hub'] ?? 'the Hub'} is open only to those whom its owner lets in${tail(d)}. Ask for access on ${d['page'] ?? 'its page'}, then try again.`,
	nothingToResume: d =>
		`The run ${q(d, 'run')} has no complete checkpoint to go on from. Launch it again as it was: Clone Run with Changes…, or “windsock launch --like ${d['id']}”.`,
	recipeNotImportable: d =>
		`${d['path']} cannot be made a recipe: ${d['reason']}. Files of alignment-handbook, TRL, Axolotl and LLaMA-Factory for SFT or DPO can be imported.`,
	recipeInvalid: d =>
		`The recipe ${q(d, 'path', '')} is not right${tail(d)}. Mend it; nothing was started.`,
	graphInvalid: d =>
		`The graph ${q(d, 'path', '')} is not right${tail(d)}. Mend it and run it again; nothing was started.`,
	graphBusy: d =>
		`Another window or shell${d['pid'] === undefined ? '' : ` (process ${d['pid']})`} brings the graph ${q(d, 'graph')} on already. Watch it there or with “windsock graph status”, or end that one first.`,
	graphStuck: d =>
		`The graph ${q(d, 'graph')} cannot go on: ${d['names'] ?? 'a stage'} did not finish. Its board says why; “Restart From Here” runs a stage again.`,
	restartImpossible: d => `${q(d, 'stage', 'The stage')} was not restarted: ${d['reason']}.`,
	modelRefInvalid: d =>
		`${q(d, 'ref', 'The model')} does not name a model. Use base, run:ID[@step], path:…, hub:id@revision or endpoint:name.`,
	modelMissing: d =>
		`The model ${q(d, 'ref')} is not there${tail(d)}. Check the run, its checkpoints or the path.`,
	checkpointMissing: d =>
		`${d['reason'] ?? 'The checkpoint is not complete.'} “windsock checkpoints” lists them; nothing was started.`,
	datasetsNotAtHand: d =>
		`The rows of the two runs’ datasets cannot be compared here${d['reason'] === '' ? '' : tail(d)}. Compare the files themselves with “Compare Dataset With…”.`,
	runUnknown: d =>
		`No run ${q(d, 'run')} ${d['host'] === undefined ? 'in this workspace or on its hosts. “windsock runs”' : `on “${d['host']}”. “windsock runs --host ${d['host']}”`} lists them.`,
	scoreInvalid: d =>
		`The score ${q(d, 'name')} was not added: ${d['reason'] ?? 'it is not whole'}. Say --step, --name and --value, and the interval as --low and --high around the value.`,
	runNotQueued: d =>
		`The run ${q(d, 'run')} does not wait for GPUs. “windsock runs” says what it does.`,
	runBusy: d => `The run ${q(d, 'run')} is still going. Stop it first, or wait.`,
	removalPartial: d =>
		`The run ${q(d, 'run')} was ${d['kind'] === 'archive' ? 'archived' : 'deleted'} on ${q(d, 'host', 'its host')} only in part${tail(d)}${d['left'] === undefined ? '' : `: ${d['gone']} went, ${d['left']} are left`}. It stays in the list; mend the cause and ${d['kind'] ?? 'delete'} it again.`,
	pushRefused: d =>
		`The checkpoint cannot be pushed to ${q(d, 'repo', 'the Hub')}${tail(d)}. Nothing was sent; check the repository’s name, and the login of the host (“hf auth login” there) or its token file.`,
	rerunImpossible: d =>
		`The run ${q(d, 'run')} cannot be run again as it was: ${d['reason'] ?? 'its inputs are gone'}. Bring that back, or launch a copy of it with changes: “windsock launch --like”.`,
	rerunDiffers: d =>
		`The run ${q(d, 'run')} would not be the same. ${d['reason'] ?? ''} Add --anyway to take what is there now; nothing was started.`,
	runFailed: d =>
		`The run ${q(d, 'run')} failed${tail(d)}. Its log has the last lines before the end.`,
	contractNewer: d =>
		`${q(d, 'path', 'This run')} was written by a newer Windsock (contract ${d['version'] ?? '?'}). It opens read-only; update Windsock to change it.`,
	mirrorLocked: d =>
		`Another window (process ${d['pid'] ?? '?'}) keeps this run up to date. Nothing to do: this one shows what that one writes.`,
	promptSetInvalid: d =>
		`The prompt set ${q(d, 'path', '')} is not right${tail(d)}. Each line is {"id", "messages": [{"role", "content"}]}.`,
	comparisonMissing: d =>
		`${q(d, 'path', 'The folder')} holds no comparison. Generate answers first.`,
	answersUnknown: d =>
		`${q(d, 'path', 'The file')} holds no answers or judgments that Windsock knows. It reads its own, MT-Bench’s, AlpacaEval’s, Arena-Hard’s and LLM Comparator’s, as JSON or JSON lines.`,
	judgeImpossible: d => `Nothing can be judged: ${d['reason']}.`,
	exportImpossible: d =>
		`These answers cannot be written that way${tail(d)}. Name what to write with --model, or take another format.`,
	pairsImpossible: d =>
		`No training data was written${tail(d)}. Vote on other prompts, or take other answers.`,
	auditImpossible: d => `There are no margins to audit: ${d['reason']}.`,
	rewardMapImpossible: d => `No reward map can be made: ${d['reason']}.`,
	languageModelFailed: d =>
		`${q(d, 'name', 'The language model')} of VS Code did not answer${tail(d)}. Check that its extension is signed in and allowed to be used.`,
	endpointFailed: d =>
		`The endpoint ${q(d, 'name', '')} did not answer as an OpenAI-compatible server${tail(d)}. Check its address and key in the settings.`,
};

/** What happened and what to do next, for people. Both the CLI and the editor show exactly this. */
export function messageFor(error: WindsockError): string {
	return sentences[error.code](error.details);
}
