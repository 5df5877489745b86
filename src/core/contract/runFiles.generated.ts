/* oxlint-disable */
// Made from remote/windsock_remote/schema/*.schema.json by .dev/generate.mjs. Do not edit.

/**
 * Known values: finished, stopped, exception, outOfMemory, noDisk, nan, nccl, node, killed, noEnvironment, noGpu, badSpec, diedWithoutRecord, hostRebooted, otherHost, noRunFolder, newerContract. A newer writer may use others.
 */
export type ExitReason = string;

/**
 * The verdict of one attempt. When it exists, it is the truth about that attempt.
 */
export interface RunExit {
	contractVersion: string;
	attempt: number;
	/**
	 * Exit code of the trainer; null when a signal ended it or it never ran.
	 */
	code: number | null;
	/**
	 * Name of the signal that ended the trainer, e.g. SIGKILL.
	 */
	signal: string | null;
	/**
	 * The phase in which it ended.
	 */
	phase?: string;
	reason: ExitReason;
	/**
	 * One sentence for people.
	 */
	message: string;
	/**
	 * The last lines of log.txt.
	 */
	lastLines: string[];
	/**
	 * ISO 8601, clock of the host.
	 */
	endedAt: string;
	/**
	 * Length of the attempt by the host's monotonic clock.
	 */
	durationSeconds?: number;
	[k: string]: unknown;
}

/**
 * Identity of the supervisor of one attempt; also what `start` prints. A process is this one only when pid, startTime and bootId all agree.
 */
export interface RunId {
	contractVersion: string;
	pid: number;
	/**
	 * Linux: clock ticks since boot (/proc/PID/stat field 22); macOS: the text of ps -o lstart=.
	 */
	startTime: string;
	bootId: string;
	/**
	 * Linux: the namespace that pid is counted in; containers have their own.
	 */
	pidNamespace?: string | null;
	/**
	 * Host name as the host calls itself.
	 */
	host: string;
	/**
	 * POSIX session of the supervisor and the trainer.
	 */
	sessionId?: number;
	/**
	 * Value of WINDSOCK_RUN_COOKIE in every process of the attempt.
	 */
	cookie: string;
	attempt: number;
	/**
	 * ISO 8601, clock of the host.
	 */
	startedAt: string;
	job?: RunJob;
	/**
	 * Checkpoint that the attempt was told to go on from; absent: the newest.
	 */
	fromStep?: number;
	/**
	 * Processes the kernel had killed for memory when the attempt began.
	 */
	oomKills?: number | null;
	[k: string]: unknown;
}
/**
 * The life of a Slurm job that the attempt is.
 */
export interface RunJob {
	id?: string;
	/**
	 * How often Slurm had put the job back into the queue before.
	 */
	restarts?: number;
	/**
	 * Slurm's name of the first node.
	 */
	node?: string;
	[k: string]: unknown;
}

/**
 * Numbers that are not finite are the strings NaN, Infinity and -Infinity.
 */
export type Reward = number | string;

/**
 * One line of margins.jsonl: what DPO makes of one held-out pair at one evaluation. Lines are numbered from 1 without gaps, over all attempts.
 */
export interface MarginLine {
	n: number;
	attempt: number;
	/**
	 * Optimizer steps done.
	 */
	step: number;
	/**
	 * Name of the held-out file.
	 */
	dataset: string;
	/**
	 * Line of the file.
	 */
	row: number;
	chosen: Reward;
	rejected: Reward;
	margin: Reward;
	[k: string]: unknown;
}

/**
 * One line of metrics.jsonl. Lines are numbered from 1 without gaps, over all attempts.
 */
export interface MetricLine {
	n: number;
	attempt: number;
	/**
	 * Optimizer steps done.
	 */
	step: number;
	epoch?: number | null;
	/**
	 * Seconds the run has been active, over all attempts (monotonic clock of the host).
	 */
	time: number;
	/**
	 * Unix seconds on the host.
	 */
	wall: number;
	/**
	 * step: one optimizer step by itself. train: what TRL logs every logging_steps, of which loss and most others are means over the steps since the line before, grad_norm and learning_rate the last step's. system: what the trainer says of its speed and memory, and, with a label, samples by the supervisor at the step that the trainer said last.
	 */
	kind: 'step' | 'train' | 'eval' | 'summary' | 'check' | 'system' | 'marker' | 'evaluation';
	values: MetricValues;
	/**
	 * What a marker says; of an eval line the name of the held-out file, where there are several; of an evaluation its name, which begins the names of its values; of a system line machine (the host, and all GPUs of the run together) or one GPU (GPU 0, …), where there are several; without one it is the trainer's.
	 */
	label?: string;
	[k: string]: unknown;
}
/**
 * TRL's names. num_tokens and num_samples count what was trained on so far, over all attempts, num_samples in examples (a pair of DPO is one). A score of an evaluation may have companions: _low and _high are the ends of its 95% interval, _stderr its standard error, _n the examples behind it, each before a comma in the name. Numbers that are not finite are the strings NaN, Infinity and -Infinity.
 */
export interface MetricValues {
	[k: string]: number | string | boolean | null;
}

/**
 * One line of notes/<author>.jsonl beside the mirror of a run: what somebody wants to remember at a step.
 */
export interface NoteLine {
	step: number;
	text: string;
	author: string;
	/**
	 * ISO 8601, clock of who wrote it.
	 */
	at: string;
	[k: string]: unknown;
}

/**
 * One line of what `preflight` prints, and of preflight.jsonl where it ran as a job.
 */
export type PreflightLine = PreflightProgress | PreflightFinding | PreflightSummary;

export interface PreflightProgress {
	line: 'progress';
	phase: 'structure' | 'environment' | 'host' | 'tokens' | 'memory' | 'probe';
	/**
	 * In the phases structure and tokens bytes of the files.
	 */
	done: number;
	/**
	 * 0: not known.
	 */
	total: number;
	[k: string]: unknown;
}
/**
 * Rows of one kind and dataset may come in several lines; what is said of a whole dataset, the recipe or the host has none.
 */
export interface PreflightFinding {
	line: 'finding';
	part: 'data' | 'recipe' | 'host' | 'trust';
	/**
	 * Words for people are the client's.
	 */
	code: string;
	severity: 'error' | 'warning' | 'info';
	/**
	 * Position in train.datasets of the spec.
	 */
	dataset?: number;
	/**
	 * Line numbers of the file as it was sent, ascending.
	 *
	 * @maxItems 1000
	 */
	rows?: number[];
	/**
	 * What is to say of each of the rows, in their order.
	 *
	 * @maxItems 1000
	 */
	rowValues?: {
		[k: string]: unknown;
	}[];
	/**
	 * Key of the recipe that it is about.
	 */
	key?: string;
	/**
	 * What the words need: names, numbers.
	 */
	values?: {
		[k: string]: unknown;
	};
	/**
	 * Keys of the recipe to set; null takes a key out.
	 */
	fix?: {
		[k: string]: unknown;
	};
	[k: string]: unknown;
}
/**
 * The last line of a preflight that came to its end.
 */
export interface PreflightSummary {
	line: 'summary';
	seconds: number;
	datasets: PreflightDataset[];
	memory?: PreflightMemory;
	disk?: PreflightDisk;
	/**
	 * Packages that matter, and the attention kernel that is used.
	 */
	versions?: {
		[k: string]: string;
	};
	[k: string]: unknown;
}
export interface PreflightDataset {
	split: 'train' | 'eval';
	/**
	 * Rows in = kept + dropped.
	 */
	rows: number;
	kept: number;
	/**
	 * Rows known from an earlier preflight, not tokenised again.
	 */
	cached: number;
	/**
	 * Of the kept rows before they are cut; both sides of a pair.
	 */
	tokens: number;
	/**
	 * Of those, with loss.
	 */
	trained: number;
	cutRows: number;
	/**
	 * Tokens with loss that max_length cuts away.
	 */
	cutTrained: number;
	/**
	 * Tokens, before the cut.
	 */
	longest?: number;
	/**
	 * Kept rows by their tokens before the cut, in classes of 256.
	 */
	lengths?: PreflightLengths[];
	[k: string]: unknown;
}
export interface PreflightLengths {
	/**
	 * Tokens.
	 */
	from: number;
	rows: number;
	/**
	 * Of all of them together; of a pair its longer side.
	 */
	tokens: number;
	/**
	 * Of those, with loss.
	 */
	trained: number;
	[k: string]: unknown;
}
/**
 * Peak of one GPU, in bytes.
 */
export interface PreflightMemory {
	low: number;
	expected: number;
	high: number;
	/**
	 * Memory of the smallest GPU that it would get; absent where there is none.
	 */
	available?: number;
	gpus?: number;
	verdict: 'fits' | 'tight' | 'tooBig' | 'unknown';
	/**
	 * When it is fullest; the parts are those of then.
	 */
	moment?: 'forward' | 'loss' | 'backward' | 'step' | 'evaluation';
	parts: PreflightMemoryPart[];
	change?: PreflightMemoryChange;
	/**
	 * Peak of the two-step probe, where it was run.
	 */
	measured?: number;
	[k: string]: unknown;
}
export interface PreflightMemoryPart {
	name:
		| 'weights'
		| 'masters'
		| 'gradients'
		| 'optimizer'
		| 'reference'
		| 'activations'
		| 'logits'
		| 'fixed';
	bytes: number;
	[k: string]: unknown;
}
/**
 * The one change that would make it fit and keeps the global batch.
 */
export interface PreflightMemoryChange {
	set: {
		[k: string]: unknown;
	};
	expected: number;
	/**
	 * Share of the tokens with loss that a shorter max_length cuts away, at most.
	 */
	lossCut?: number;
	[k: string]: unknown;
}
/**
 * Bytes of the run root.
 */
export interface PreflightDisk {
	/**
	 * Of one checkpoint.
	 */
	checkpoint: number;
	/**
	 * How many are there at the fullest moment.
	 */
	checkpoints: number;
	/**
	 * What the disk or the quota leaves, whichever is less.
	 */
	free: number;
	[k: string]: unknown;
}

/**
 * Of this account; null where none is known.
 */
export type HostQuota = {
	/**
	 * The program that told.
	 */
	source: string;
	usedBytes: number;
	limitBytes: number | null;
	usedFiles: number;
	limitFiles: number | null;
	[k: string]: unknown;
} | null;
/**
 * What was seen about clearing the folder; null when nothing was.
 */
export type HostPurge = {
	text: string;
	source: string;
	[k: string]: unknown;
} | null;
/**
 * null where none is found.
 */
export type HostScheduler = {
	kind: 'slurm';
	version?: string | null;
	partitions: string[];
	defaultPartition?: string | null;
	[k: string]: unknown;
} | null;

/**
 * Facts of a host, printed by `probe`.
 */
export interface HostProbe {
	contractVersion: string;
	packageVersion?: string;
	hostname: string;
	user?: string;
	home?: string;
	/**
	 * sys.platform: linux or darwin.
	 */
	platform: string;
	/**
	 * Release of the kernel.
	 */
	release?: string;
	/**
	 * Processor architecture, e.g. x86_64.
	 */
	machine: string;
	/**
	 * Runs under the Windows Subsystem for Linux.
	 */
	wsl?: boolean;
	python: HostPython;
	pythons: HostPython[];
	/**
	 * Interpreter a pinned environment would be built from; null when none fits.
	 */
	chosenPython: string | null;
	gpus: HostGpu[];
	/**
	 * Why no GPU is listed.
	 */
	gpuMessage?: string | null;
	torchBuild?: TorchBuild;
	/**
	 * Processors this account may use.
	 */
	cpuCount: number;
	memoryBytes?: number | null;
	memoryAvailableBytes?: number | null;
	disks: HostDisks;
	environment: HostEnvironment;
	/**
	 * systemd-logind kills what a user left running; null when it cannot be told.
	 */
	endsRunsAtLogout?: boolean | null;
	/**
	 * Writable folders on other disks than the home's.
	 */
	scratch?: HostDisk[];
	scheduler?: HostScheduler;
	/**
	 * Equal on hosts that share a home folder.
	 */
	homeId?: string | null;
	bootId: string;
	/**
	 * Unix seconds on the host.
	 */
	wall: number;
	/**
	 * Seconds since the host booted.
	 */
	uptime?: number | null;
	[k: string]: unknown;
}
export interface HostPython {
	path: string;
	/**
	 * major.minor.micro
	 */
	version: string;
	/**
	 * Can make environments (venv and ensurepip are there).
	 */
	venv?: boolean;
	[k: string]: unknown;
}
/**
 * null where nvidia-smi gives no number.
 */
export interface HostGpu {
	index: number | null;
	uuid: string;
	name: string;
	driverVersion?: string | null;
	memoryTotalMiB?: number | null;
	memoryUsedMiB?: number | null;
	utilizationPercent?: number | null;
	temperatureCelsius?: number | null;
	powerWatts?: number | null;
	computeCapability?: string | null;
	migMode?: string | null;
	pciBusId?: string | null;
	processes?: GpuProcess[];
	[k: string]: unknown;
}
export interface GpuProcess {
	pid: number;
	memoryUsedMiB?: number | null;
	user?: string | null;
	command?: string | null;
	[k: string]: unknown;
}
/**
 * The build of torch for the driver; `build` is null for what pip takes by itself, `problem` says why none fits.
 */
export interface TorchBuild {
	build?: string | null;
	problem?: string | null;
	fix?: string | null;
	[k: string]: unknown;
}
export interface HostDisks {
	runRoot: HostDisk;
	envRoot: HostDisk;
	[k: string]: unknown;
}
export interface HostDisk {
	/**
	 * The folder asked for, ~ expanded; it need not exist yet.
	 */
	path: string;
	/**
	 * Free for this account; a quota may be lower.
	 */
	freeBytes: number | null;
	totalBytes?: number | null;
	writable: boolean;
	/**
	 * Inodes left; null where they are not counted.
	 */
	freeFiles?: number | null;
	/**
	 * Of scratch: the variable of a login shell that names it.
	 */
	variable?: string | null;
	quota?: HostQuota;
	purge?: HostPurge;
	[k: string]: unknown;
}
export interface HostEnvironment {
	root: string;
	lockHash: string;
	complete: boolean;
	/**
	 * Interpreter of the environment when it is complete.
	 */
	python?: string | null;
	[k: string]: unknown;
}

/**
 * One line of responses/<label>.jsonl: one answer of one model to one prompt.
 */
export interface ResponseLine {
	n: number;
	promptId: string;
	/**
	 * Position in the prompt set, from 0.
	 */
	promptIndex: number;
	/**
	 * Label of the model in the run.
	 */
	model: string;
	/**
	 * The prompt.
	 */
	messages: ResponseMessage[];
	response: string;
	finishReason: 'stop' | 'length';
	tokens: TokenCounts;
	tokenIds?: number[];
	/**
	 * Time of its batch, divided by the batch size.
	 */
	seconds?: number;
	/**
	 * Sampling arguments that were in force.
	 */
	sampling?: {
		[k: string]: unknown;
	};
	/**
	 * sha256 of the chat template.
	 */
	template?: string;
	[k: string]: unknown;
}
export interface ResponseMessage {
	role: string;
	content: string;
	[k: string]: unknown;
}
export interface TokenCounts {
	prompt: number;
	response: number;
	[k: string]: unknown;
}

/**
 * One for each token.
 */
export type LogProbabilities = number[];
/**
 * For each token the likeliest ones at its place: [text, log-probability], the likeliest first.
 */
export type LikeliestTokens = unknown[][][];

/**
 * One line of rewardMap.jsonl: the log-probabilities of one answer's tokens under two models, in nats. Lines are in the order of the answers. Either problem or the numbers are there.
 */
export interface RewardMapLine {
	n: number;
	promptId?: string;
	promptIndex?: number;
	sample?: number;
	/**
	 * Who gave the answer, by its label.
	 */
	model?: string;
	/**
	 * Why it has no numbers: empty, tooLong, notFinite, or what the template said after “template: ”.
	 */
	problem?: string;
	/**
	 * The text of each token as the trainer sees the reply, in order and without gaps; empty where a character has several tokens, from the second on.
	 */
	tokens?: string[];
	ids?: number[];
	/**
	 * Tokens before those that the template ends the reply with.
	 */
	ending?: number;
	policy?: LogProbabilities;
	again?: LogProbabilities;
	reference?: LogProbabilities;
	policyTop?: LikeliestTokens;
	referenceTop?: LikeliestTokens;
	[k: string]: unknown;
}

/**
 * What `observe` and `follow` say about a run: decided from its files and the host's processes, in the order exit record, boot id, process, files again.
 */
export interface RunState {
	/**
	 * The folder as it was asked for.
	 */
	runDir: string;
	/**
	 * ULID; the folder's name.
	 */
	id: string;
	name?: string;
	kind?: string;
	/**
	 * The graph that launched it; absent elsewhere.
	 */
	graphId?: string;
	state:
		'queued' | 'preparing' | 'running' | 'stopping' | 'finished' | 'failed' | 'lost' | 'unknown';
	/**
	 * As reason in exit.json; null while it goes on.
	 */
	reason: string | null;
	/**
	 * One line for people; may be empty.
	 */
	message: string;
	/**
	 * 0 before the first start.
	 */
	attempt: number;
	/**
	 * Number of attempts begun.
	 */
	attempts: number;
	step?: number | null;
	maxSteps?: number | null;
	epoch?: number | null;
	phase?: string | null;
	/**
	 * UUIDs of the GPUs it took from the queue; absent where it has none.
	 */
	gpus?: string[];
	/**
	 * As in status.json.
	 */
	reports?: {
		[k: string]: unknown;
	}[];
	/**
	 * Last lines of the log, only of a run that failed or was lost.
	 */
	lastLines: string[];
	/**
	 * Set when the heartbeat stands still; says nothing about the run.
	 */
	supervisorSilentSeconds?: number | null;
	/**
	 * ISO 8601 on the host, of the newest attempt.
	 */
	startedAt?: string | null;
	/**
	 * ISO 8601 on the host.
	 */
	endedAt?: string | null;
	/**
	 * Unix seconds on the host.
	 */
	firstStepAt?: number | null;
	sizes: RunFileSizes;
	/**
	 * Of the run's files; empty when they could not be read.
	 */
	contractVersion: string;
	/**
	 * The files are of a newer major version: show, change nothing.
	 */
	readOnly?: boolean;
	[k: string]: unknown;
}
/**
 * Bytes.
 */
export interface RunFileSizes {
	metrics: number;
	log: number;
	[k: string]: unknown;
}

/**
 * One line of scores.jsonl beside the mirror of a run: how good one checkpoint is by judges, votes or somebody's own measure. Of lines of one step and name the last counts.
 */
export interface ScoreLine {
	/**
	 * Of the checkpoint.
	 */
	step: number;
	/**
	 * What was measured, e.g. mt-bench; a / puts it under a heading.
	 */
	name: string;
	value: number;
	/**
	 * Lower end of the 95% interval.
	 */
	low?: number;
	/**
	 * Upper end of the 95% interval.
	 */
	high?: number;
	/**
	 * Answers, games or votes behind it.
	 */
	n?: number;
	/**
	 * Known values: person, judge, vote, evaluation. A newer writer may use others.
	 */
	source: string;
	author?: string;
	/**
	 * ISO 8601, clock of who wrote it.
	 */
	at: string;
	/**
	 * What it was computed on, for people: the judge, the prompt set, the other side.
	 */
	about?: string;
	[k: string]: unknown;
}

/**
 * major.minor; a reader opens a newer major version read-only.
 */
export type ContractVersion = string;

/**
 * Everything a run needs, written once by the client before the start and never changed. Paths are absolute on the host or start with ~/.
 */
export interface RunSpec {
	contractVersion: ContractVersion;
	/**
	 * ULID made by the client; also the name of the run folder.
	 */
	id: string;
	kind: 'train' | 'generate' | 'merge' | 'score' | 'check' | 'index' | 'eval' | 'push';
	/**
	 * Id of the run this one came from.
	 */
	parent?: string;
	/**
	 * Id of the run whose recipe this one's began as.
	 */
	clonedFrom?: string;
	/**
	 * Id of the run whose inputs this one takes again.
	 */
	rerunOf?: string;
	graph?: RunGraph;
	/**
	 * Hash of everything that decides the result: recipe, data, model, code. Runs with the same one are repeats of each other.
	 */
	inputs?: string;
	/**
	 * Name for people.
	 */
	name: string;
	/**
	 * ISO 8601, clock of the client.
	 */
	createdAt: string;
	client?: RunClient;
	package?: RunPackage;
	environment: RunEnvironment;
	/**
	 * Who launched it, for people.
	 */
	author?: string;
	/**
	 * Of kind check: also trains two steps on the longest rows, to measure memory.
	 */
	probe?: boolean;
	gpus?: RunGpus;
	onEvent?: RunEventHook;
	retry?: RunRetry;
	model?: ModelSource;
	train?: TrainSpec;
	generate?: GenerateSpec;
	score?: ScoreSpec;
	merge?: MergeSpec;
	push?: PushSpec;
	roots?: RunRoots;
	[k: string]: unknown;
}
/**
 * The graph that launched the run, and the stage of it that the run is.
 */
export interface RunGraph {
	id: string;
	stage: string;
	[k: string]: unknown;
}
export interface RunClient {
	/**
	 * Host name of the machine that made the run.
	 */
	host?: string;
	/**
	 * Version of Windsock.
	 */
	version?: string;
	[k: string]: unknown;
}
export interface RunPackage {
	/**
	 * Content hash of the uploaded Python package.
	 */
	hash?: string;
	[k: string]: unknown;
}
export interface RunEnvironment {
	/**
	 * First 16 hex digits of sha256(requirements.txt + newline + constraints.txt).
	 */
	lockHash: string;
	/**
	 * A user's own interpreter; with it no environment is built.
	 */
	python?: string;
	/**
	 * Folder of the pinned environments, ~/.windsock/envs by default.
	 */
	root?: string;
	/**
	 * Interpreter to build the pinned environment from; chosen on the host when absent.
	 */
	basePython?: string;
	/**
	 * Build of torch to install; by the driver when absent.
	 */
	torchBuild?: string;
	/**
	 * Lines for a login shell of the host, run before anything else; the variables they leave are those of the run.
	 */
	prelude?: string;
	/**
	 * Environment variables of the trainer.
	 */
	variables?: {
		[k: string]: string;
	};
	[k: string]: unknown;
}
/**
 * GPUs that the run waits for: these, or any so many. Absent: it takes what it sees, at once.
 */
export interface RunGpus {
	/**
	 * @minItems 1
	 */
	uuids?: [string, ...string[]];
	count?: number;
	[k: string]: unknown;
}
/**
 * Whom the supervisor tells what happens to the run: a program of the host, or an address. From the host's settings, never from a recipe.
 */
export interface RunEventHook {
	/**
	 * A program and its arguments; no shell reads them. The event is JSON on its stdin and in WINDSOCK_… variables.
	 */
	command?: string | [string, ...string[]];
	/**
	 * Where to POST the JSON: https, or http on the host itself.
	 */
	url?: string;
	/**
	 * File of the host, mode 0600, with that address, where the address itself is a secret.
	 */
	urlFile?: string;
	/**
	 * File of the host, mode 0600, whose line is sent as bearer token.
	 */
	secretFile?: string;
	/**
	 * All when absent.
	 */
	events?: ('finished' | 'failed' | 'nan' | 'stalled' | 'disk')[];
	timeoutSeconds?: number;
	/**
	 * 30 when absent.
	 */
	stalledMinutes?: number;
	/**
	 * Free space below which the disk is nearly full; 5.4 when absent.
	 */
	diskGigabytes?: number;
	[k: string]: unknown;
}
/**
 * Attempts that the supervisor begins by itself, each from the newest complete checkpoint.
 */
export interface RunRetry {
	max: number;
	/**
	 * After what; all three when absent.
	 */
	on?: ('nccl' | 'node' | 'preempted')[];
	[k: string]: unknown;
}
/**
 * A resolved model reference.
 */
export interface ModelSource {
	/**
	 * The reference as the user wrote it, e.g. run:ID@step.
	 */
	ref: string;
	kind: 'tiny' | 'checkpoint' | 'path' | 'hub' | 'endpoint';
	path?: string;
	hubId?: string;
	revision?: string;
	runId?: string;
	step?: number;
	/**
	 * What `fingerprint` said of the folder at the launch.
	 */
	content?: string;
	url?: string;
	[k: string]: unknown;
}
export interface TrainSpec {
	method: 'sft' | 'dpo' | 'kto' | 'script';
	/**
	 * TRL's own argument names.
	 */
	arguments: {
		[k: string]: unknown;
	};
	datasets: TrainDataset[];
	/**
	 * Hashes of foreign code that may run, as a preflight told them: code of a model, kernels of the Hub, pickled weights.
	 */
	trusted?: string[];
	/**
	 * Work that may lie between two checkpoints; a preflight warns of more. 30 when absent.
	 */
	maxMinutesLost?: number;
	/**
	 * What a scheduler leaves a run to save in before it ends it; a preflight warns of a checkpoint that takes longer. As the job's own script says when absent, else Slurm's KillWait.
	 */
	saveSeconds?: number;
	/**
	 * Prompts that must not be trained on; only a preflight reads them.
	 */
	promptSets?: TrainPromptSet[];
	code?: CodeInput;
	/**
	 * Content of the .jinja file that the argument chat_template_path names.
	 */
	chatTemplate?: string;
	accelerate?: TrainAccelerate;
	afterCheckpoint?: AfterCheckpointSpec;
	/**
	 * Path of the recipe on the client, for people.
	 */
	recipePath?: string;
	/**
	 * The recipe's bytes as they were at launch.
	 */
	recipeText?: string;
	/**
	 * What the launch laid over the recipe, by its keys.
	 */
	overrides?: {
		[k: string]: unknown;
	};
	[k: string]: unknown;
}
export interface TrainDataset {
	split: 'train' | 'eval';
	path: string;
	sha256?: string;
	rows?: number;
	bytes?: number;
	/**
	 * Where the client took it from, for people.
	 */
	source?: string;
	[k: string]: unknown;
}
export interface TrainPromptSet {
	path: string;
	/**
	 * Where the client took it from, for people.
	 */
	source?: string;
	[k: string]: unknown;
}
/**
 * The project folder of method script. It is in the store as a tree; the run gets a copy of its own in the folder code/.
 */
export interface CodeInput {
	/**
	 * Of the manifest, which is <store>/<sha256>.tree.
	 */
	sha256: string;
	files?: number;
	bytes?: number;
	/**
	 * Where the client took it from, for people.
	 */
	source?: string;
	[k: string]: unknown;
}
/**
 * The processes that train together, in the words of accelerate and TRL. Absent: one per GPU of the run, each with the whole model.
 */
export interface TrainAccelerate {
	/**
	 * How they share the model, as the configurations that TRL ships are named.
	 */
	accelerate_config?: 'single_gpu' | 'multi_gpu' | 'fsdp1' | 'fsdp2' | 'zero1' | 'zero2' | 'zero3';
	/**
	 * Over all nodes; one per GPU when absent.
	 */
	num_processes?: number;
	[k: string]: unknown;
}
/**
 * What the supervisor does with each complete checkpoint: one job at a time, answers first.
 */
export interface AfterCheckpointSpec {
	/**
	 * After the training, on its GPUs, or beside it; after when absent.
	 */
	when?: 'after' | 'beside';
	/**
	 * GPUs that a job beside the training waits for; it gets none when absent.
	 */
	gpus?: number;
	answers?: CheckpointAnswers;
	evaluate?: CheckpointEvaluation[];
	[k: string]: unknown;
}
export interface CheckpointAnswers {
	prompts: CheckpointPrompts;
	sampling?: Sampling;
	batchSize?: number;
	[k: string]: unknown;
}
export interface CheckpointPrompts {
	path: string;
	sha256?: string;
	count?: number;
	/**
	 * Where the client took them from, for people.
	 */
	source?: string;
	[k: string]: unknown;
}
export interface Sampling {
	max_new_tokens?: number;
	temperature?: number;
	top_p?: number;
	seed?: number;
	[k: string]: unknown;
}
export interface CheckpointEvaluation {
	/**
	 * Begins the names of its metrics.
	 */
	name: string;
	/**
	 * A program and its arguments; no shell reads them. {checkpoint}, {output}, {step}, {run} and {code} are filled in.
	 *
	 * @minItems 1
	 */
	command: [string, ...string[]];
	/**
	 * JSON below the output folder; of a pattern the newest file.
	 */
	results: string;
	/**
	 * Part of it that counts, as results/ifeval.
	 */
	at?: string;
	/**
	 * Copied into the folder that it runs in.
	 */
	files?: EvaluationFile[];
	timeoutMinutes?: number;
	[k: string]: unknown;
}
export interface EvaluationFile {
	name: string;
	path: string;
	sha256?: string;
	bytes?: number;
	source?: string;
	[k: string]: unknown;
}
export interface GenerateSpec {
	prompts: PromptsInput;
	/**
	 * @minItems 1
	 */
	models: [LabelledModel, ...LabelledModel[]];
	/**
	 * Answers per prompt of each model; 1 where absent.
	 */
	samples?: number;
	sampling: Sampling;
	/**
	 * auto, as where absent: vLLM where the host has it and a GPU, else transformers.
	 */
	engine?: 'auto' | 'transformers' | 'vllm';
	batchSize?: number;
	[k: string]: unknown;
}
export interface PromptsInput {
	path: string;
	sha256?: string;
	count?: number;
	[k: string]: unknown;
}
export interface LabelledModel {
	/**
	 * Names the response file: responses/<label>.jsonl.
	 */
	label: string;
	source: ModelSource;
	[k: string]: unknown;
}
/**
 * Answers of which two models tell each token's log-probability, into rewardMap.jsonl.
 */
export interface ScoreSpec {
	answers: ScoredAnswers;
	policy: LabelledModel;
	reference: LabelledModel;
	/**
	 * Those of the policy's recipe that decide how it is loaded and computed; without them bfloat16 on a GPU, else float32.
	 */
	arguments?: {
		[k: string]: unknown;
	};
	/**
	 * Template of the policy's recipe; its tokenizer's own when absent.
	 */
	chatTemplate?: string;
	/**
	 * Of the policy's DPO. Present only where the reference is the one that it was trained against: then β times a log-ratio is its reward.
	 */
	beta?: number;
	topK?: number;
	batchTokens?: number;
	[k: string]: unknown;
}
export interface ScoredAnswers {
	/**
	 * Lines as those of responses/.
	 */
	path: string;
	only?: ScoredAnswerName;
	sha256?: string;
	count?: number;
	/**
	 * Where the client took them from, for people.
	 */
	source?: string;
	[k: string]: unknown;
}
/**
 * Where it is one answer of many that the source has: which.
 */
export interface ScoredAnswerName {
	promptId: string;
	model: string;
	sample: number;
	[k: string]: unknown;
}
/**
 * The adapter is the spec's model, a checkpoint.
 */
export interface MergeSpec {
	/**
	 * Folder of the merged model on the host.
	 */
	out: string;
	step?: number;
	[k: string]: unknown;
}
/**
 * A checkpoint on its way to the Hub. The token is the host's own login or in a file of the host.
 */
export interface PushSpec {
	/**
	 * Folder of the checkpoint on the host.
	 */
	path: string;
	step: number;
	merged?: boolean;
	/**
	 * owner/name
	 */
	repo: string;
	/**
	 * Of a repository that is made; a public one that is there is refused.
	 */
	private?: boolean;
	/**
	 * File of the host, mode 0600, with the token; its login when absent.
	 */
	tokenFile?: string;
	[k: string]: unknown;
}
/**
 * Folders of this host.
 */
export interface RunRoots {
	runs?: string;
	envs?: string;
	models?: string;
	/**
	 * Uploaded inputs by content hash.
	 */
	store?: string;
	[k: string]: unknown;
}

/**
 * Where a run is. Replaced as a whole by the supervisor; the trainer's own fields reach it through progress.json.
 */
export interface RunStatus {
	contractVersion: string;
	state: 'queued' | 'preparing' | 'running' | 'stopping' | 'finished' | 'failed';
	/**
	 * What it does in that state, e.g. environment, loading, training, saving.
	 */
	phase?: string;
	/**
	 * One line for people.
	 */
	message?: string;
	attempt: number;
	/**
	 * Optimizer steps done.
	 */
	step?: number;
	maxSteps?: number;
	epoch?: number;
	/**
	 * Counter, about one a second; never compared with a clock.
	 */
	heartbeat: number;
	/**
	 * Seconds since the host booted, when this was written.
	 */
	uptime?: number;
	trainerPid?: number;
	/**
	 * As startTime in id.json.
	 */
	trainerStartTime?: string;
	/**
	 * UUIDs of the GPUs that the supervisor took from the queue.
	 */
	gpus?: string[];
	retry?: StatusRetry;
	madeWith?: RunMadeWith;
	/**
	 * Where else the metrics go, as `report_to` says: a page, or files and a project of the host.
	 */
	reports?: RunReport[];
	/**
	 * Until the last step, at the speed of the newest steps with what evaluations and saves took so far.
	 */
	secondsLeft?: number;
	/**
	 * Unix seconds on the host at the end of the first optimizer step.
	 */
	firstStepAt?: number;
	[k: string]: unknown;
}
/**
 * Of an attempt that the supervisor began by itself: which of how many, and after what.
 */
export interface StatusRetry {
	number?: number;
	max?: number;
	reason?: string;
	message?: string;
	[k: string]: unknown;
}
/**
 * What the run is made with beside its inputs, as its trainer saw it.
 */
export interface RunMadeWith {
	host?: string;
	system?: string;
	python?: string;
	packages?: {
		[k: string]: string;
	};
	/**
	 * Name of each GPU that it could see.
	 */
	gpus?: string[];
	driver?: string;
	/**
	 * Commit of the Hub that its model was.
	 */
	modelRevision?: string;
	/**
	 * SHA-256 of the template that its rows were written with.
	 */
	chatTemplate?: string;
	/**
	 * What the trainer took for the arguments that decide what its numbers mean, given or not.
	 */
	arguments?: {
		[k: string]: unknown;
	};
	[k: string]: unknown;
}
export interface RunReport {
	tracker: 'wandb' | 'trackio' | 'tensorboard';
	url?: string;
	/**
	 * On the host.
	 */
	path?: string;
	project?: string;
	[k: string]: unknown;
}

/**
 * What the trainer makes of one row, as `tokens` answers it.
 */
export interface TokensAnswer {
	refused?: TokensRefusal;
	/**
	 * One of an example of SFT, two of a preference pair.
	 *
	 * @minItems 1
	 */
	sides?: [TokensSide, ...TokensSide[]];
	/**
	 * null: nothing is cut.
	 */
	maxLength?: number | null;
	/**
	 * Strategy by which examples share a sequence; null: each has its own.
	 */
	packing?: string | null;
	/**
	 * max_length leaves nothing with loss, so TRL leaves it out.
	 */
	isDropped?: boolean;
	[k: string]: unknown;
}
/**
 * Why there is nothing to show; the other fields are then absent.
 */
export interface TokensRefusal {
	/**
	 * row: training leaves it out by itself. The others would end it.
	 */
	by: 'row' | 'template' | 'trainer';
	/**
	 * A template's in its own words.
	 */
	reason: string;
	[k: string]: unknown;
}
export interface TokensSide {
	name: 'text' | 'chosen' | 'rejected';
	/**
	 * After the chat template.
	 */
	text: string;
	/**
	 * Whether the text is the template's; else it is put together from what each token says alone.
	 */
	isExact: boolean;
	ids: number[];
	/**
	 * The text of each token; joined they are the text. A character of several tokens stands in the first.
	 */
	pieces: string[];
	/**
	 * Tokens that stand for no text of their own, by their places.
	 */
	special: TokensSpecial[];
	/**
	 * From and to (exclusive) of each stretch of tokens with loss, before the cut.
	 */
	loss: [number, number][];
	/**
	 * Tokens from start to stop (exclusive) are trained on.
	 */
	start: number;
	stop: number;
	/**
	 * The prompt alone has other tokens than at the start of prompt and reply.
	 */
	hasSeam: boolean;
	/**
	 * Tokens of each message, in order and without gaps; none for plain text.
	 */
	messages: TokensMessage[];
	[k: string]: unknown;
}
export interface TokensSpecial {
	at: number;
	name: string;
	[k: string]: unknown;
}
export interface TokensMessage {
	/**
	 * Counted over prompt and reply.
	 */
	message: number;
	role: string;
	start: number;
	stop: number;
	[k: string]: unknown;
}
