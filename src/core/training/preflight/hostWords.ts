import type { Say, Words } from './wording';

const trustAdvice = (say: Say): string =>
	`Read it before you trust it; “windsock launch --trust ${say.text('hash')}” or the question of the editor lets it run`;

/** What is said of the recipe, the host and foreign code. */
export const hostWords: Readonly<Record<string, Words>> = {
	recipeRefused: {
		name: 'refused',
		sentence: say => `TRL refuses the recipe: ${say.text('said')}`,
		advice: 'Change or remove the key',
	},
	settingUnreadable: {
		name: 'not loadable',
		sentence: say => `model, tokenizer or template cannot be loaded: ${say.text('said')}`,
		advice: 'See that the host has the model, and that the template is whole',
	},
	warmupTooLong: {
		name: 'warm-up',
		sentence: say =>
			`the warm-up of ${say.number('warmUp')} steps is longer than the run of ${say.number('steps')}`,
		advice: 'Give it as a share: “warmup_steps: 0.1”',
	},
	savesTooRare: {
		name: 'saves',
		sentence: say =>
			`${say.number('minutes')} minutes of work lie between two checkpoints, more than ${say.number('allowed')}: with ${say.text('measured') === 'true' ? 'measured' : 'estimated'} steps of ${say.number('stepSeconds')} s`,
		advice: 'Save more often, so that a stop loses less',
	},
	noTokens: {
		name: 'tokens unknown',
		sentence: say => `no tokens could be made: ${say.text('said')}`,
		advice: 'See the host’s card (Windsock: Check Host), then check again',
	},
	tokensFailed: {
		name: 'tokens unknown',
		sentence: say => `the process that makes tokens ended: ${say.lastLine('said')}`,
		advice: 'See whether the host has memory left, then check again',
	},
	cacheDiscarded: {
		name: 'cache',
		sentence: 'what was kept of an earlier check was broken and was thrown away',
		advice: 'Nothing is to do: all rows were looked at anew',
	},
	probeOutOfMemory: {
		name: 'out of memory',
		sentence: 'two steps on the longest rows ran out of memory',
		advice: 'Take what is proposed for the memory, or more or larger GPUs',
	},
	probeFailed: {
		name: 'not measured',
		sentence: say => `two steps on the longest rows failed: ${say.lastLine('said')}`,
		advice: 'See what it says: the training would most likely fail with the same',
	},
	memoryUnknown: {
		name: 'memory unknown',
		sentence: say =>
			`nobody can say what memory ${say.text('model')} needs: its config.json is not on the host, or of an unknown kind`,
		advice: 'Fetch the model on the host once, then check again',
	},
	memoryTooSmall: {
		name: 'too big',
		sentence: say =>
			`it does not fit the GPU: ${say.gpu('expected')} expected (${say.gpu('low')} to ${say.gpu('high')}), ${say.gpu('available')} there${lengthRemark(say)}`,
		advice: say =>
			say.has('changeExpected')
				? `One change would do, and the global batch stays: ${say.gpu('changeExpected')} then`
				: 'Take more or larger GPUs, a smaller model, or an adapter',
	},
	memoryTight: {
		name: 'tight',
		sentence: say =>
			`it may not fit the GPU: ${say.gpu('expected')} expected (${say.gpu('low')} to ${say.gpu('high')}), ${say.gpu('available')} there${lengthRemark(say)}`,
		advice: say =>
			say.has('changeExpected')
				? `One change makes it safe, and the global batch stays: ${say.gpu('changeExpected')} then`
				: 'Measure it with two steps before a long run',
	},
	diskTooSmall: {
		name: 'disk full',
		sentence: say =>
			`the checkpoints do not fit the disk: ${say.number('checkpoints')} of ${say.bytes('checkpoint')} at the fullest moment, ${say.bytes('free')} free`,
		advice: 'Keep fewer (“save_total_limit”), or make room there',
	},
	diskTight: {
		name: 'disk nearly full',
		sentence: say =>
			`the checkpoints nearly fill the disk: ${say.number('checkpoints')} of ${say.bytes('checkpoint')} at the fullest moment, ${say.bytes('free')} free`,
		advice: 'Keep fewer (“save_total_limit”), or make room there',
	},
	graceTooShort: {
		name: 'grace time',
		sentence: say =>
			`a checkpoint of ${say.bytes('checkpoint')} takes ${say.number('seconds')} s to write there, and the scheduler leaves ${say.number('grace')} s`,
		advice: 'Ask for more time to save (“saveSeconds” of the host), and save often',
	},
	gpusRefused: {
		name: 'GPUs',
		sentence: say => `the GPUs of the run cannot be had: ${say.text('said')}`,
		advice: 'Choose other GPUs for the run',
	},
	noGpu: {
		name: 'no GPU',
		sentence: 'the host has no GPU that can be used',
		advice: 'Choose another host, or train on the CPU: “use_cpu: true”',
	},
	gpusDiffer: {
		name: 'unlike GPUs',
		sentence: say => `its GPUs are not alike (${say.list('names')}): the slowest sets the pace`,
		advice: 'Choose GPUs of one kind for the run',
	},
	noBf16: {
		name: 'no bf16',
		sentence: say => `${say.list('names')} cannot compute in bf16`,
		advice: 'Compute in fp16 with fp32 masters: “bf16: false”, “fp16: true”',
	},
	attentionNeedsNewerGpu: {
		name: 'old GPU',
		sentence: say => `${say.list('names')} is too old for FlashAttention`,
		advice: 'Use “attn_implementation: sdpa”',
	},
	attentionFallsBack: {
		name: 'attention kernel',
		sentence: say =>
			`the attention kernel ${say.text('wanted')} cannot be used (${say.text('said')}); ${say.text('used')} is used instead`,
		advice: 'Install it on the host, or name “attn_implementation: sdpa” to be clear',
	},
	packedRowsMix: {
		name: 'packing',
		sentence: say =>
			`with ${say.text('attention')}, packed rows see each other: only FlashAttention keeps them apart`,
		advice: 'Use a flash kernel, or “packing: false”',
	},
	environmentSilent: {
		name: 'environment',
		sentence: say => `the Python of the environment does not answer: ${say.text('python')}`,
		advice: 'Remove the environment on the host; it is built anew with the next run',
	},
	pythonTooOld: {
		name: 'old Python',
		sentence: say => `Python ${say.text('version')} is older than TRL takes`,
		advice: 'Name a newer one in the settings of the host',
	},
	versionsDiffer: {
		name: 'versions',
		sentence: say => `other versions than the pinned ones are installed: ${versions(say)}`,
		advice: 'See that the results compare with earlier runs',
	},
	packagesMissing: {
		name: 'packages missing',
		sentence: say => `the recipe needs packages that the host lacks: ${say.list('packages')}`,
		advice: 'Install them there, or let Windsock build the environment',
	},
	remoteCode: {
		name: 'code of a model',
		sentence: say => `${say.text('name')} brings Python code that would run${unseen(say)}`,
		advice: trustAdvice,
	},
	hubKernel: {
		name: 'kernel of the Hub',
		sentence: say =>
			`${say.text('name')} is a compiled kernel of the Hub that would run${unseen(say)}`,
		advice: trustAdvice,
	},
	pickledWeights: {
		name: 'pickled weights',
		sentence: say =>
			`the weights of ${say.text('name')} are pickled, and reading them may run what is in them`,
		advice: trustAdvice,
	},
	ownScript: {
		name: 'script',
		sentence: say => `${say.text('name')} is a script that the recipe names, and it would run`,
		advice: trustAdvice,
	},
	ownCommand: {
		name: 'command',
		sentence: say => `the recipe runs a command with each checkpoint: ${say.text('name')}`,
		advice: trustAdvice,
	},
};

function unseen(say: Say): string {
	return say.has('notHere') ? ', and the host does not have it yet, so nobody can look at it' : '';
}

function lengthRemark(say: Say): string {
	return say.has('length') ? `, should a row be ${say.number('length')} tokens long` : '';
}

function versions(say: Say): string {
	return say
		.items('packages')
		.slice(0, 6)
		.map(one => {
			const { name, installed, pinned } = (one ?? {}) as Readonly<Record<string, unknown>>;
			return `${String(name)} ${String(installed)} for ${String(pinned)}`;
		})
		.join(', ');
}
