import { Option, type Command } from 'commander';
import { pairRules } from '../core/responses/preferencePairs';
import { exportTargets } from '../core/responses/formats/exportComparison';
import type { Act } from './act';
import {
	dryRunOption,
	hostOption,
	modelRef,
	modelRefs,
	number,
	positiveInteger,
	resourceOption,
	rowLimit,
	runArgument,
	topTokens,
} from './commandArguments';
import { audit } from './commands/audit';
import { compare, type CompareOptions } from './commands/compare';
import { generate, promptFile, type GenerateOptions } from './commands/generate';
import { judgeProtocols } from '../core/responses/judging/published/judgeProtocol';
import { judge, type JudgeOptions } from './commands/judge';
import { pairs, type PairsOptions } from './commands/pairs';
import { regress, type RegressOptions } from './commands/regress';
import { rewardMapCommand, type RewardMapOptions } from './commands/rewardMap';
import { source } from './commands/source';
import { withRun } from './runArgument';

export function addAnswerCommands(program: Command, act: Act, promptsFolder: string): void {
	program
		.command('generate')
		.description('let models answer a prompt set')
		.argument(
			'<prompts>',
			'JSONL file: {"id", "messages"} per line; vibes: the set that comes with Windsock',
		)
		.requiredOption(
			'--model <model>',
			'base, run:ID[@step], path:…, hub:id@revision or endpoint:name (repeatable)',
			modelRefs,
		)
		.addOption(hostOption())
		.option(
			'--out <dir>',
			'folder of the comparison (default .windsock/comparisons/ID); one of endpoints is gone on with',
		)
		.option('--name <name>', 'name of the comparison')
		.option('--max-new-tokens <n>', 'longest answer', positiveInteger)
		.option('--temperature <t>', '0 picks the likeliest token', number)
		.option('--top-p <p>', 'nucleus sampling', number)
		.option('--seed <n>', 'for sampling', positiveInteger)
		.option('--samples <k>', 'answers per prompt; needs a temperature above 0', positiveInteger)
		.addOption(
			new Option(
				'--engine <engine>',
				'what answers on the host: vllm, transformers or auto (vllm where it is on its PATH and a GPU is there)',
			).choices(['auto', 'transformers', 'vllm']),
		)
		.addOption(resourceOption())
		.addOption(dryRunOption())
		.option('--no-wait', 'return when the run is on record')
		.action((prompts: string, options: GenerateOptions, command: Command) => {
			if ((options.samples ?? 1) > 1 && !((options.temperature ?? 0) > 0)) {
				command.error(
					'error: --samples needs --temperature above 0, or all answers to a prompt are the same',
				);
			}
			return act(command, (services, output, signal) =>
				generate(services, output, promptFile(prompts, promptsFolder), options, signal),
			);
		});
	program
		.command('compare')
		.description('compare answers: a comparison, or files of MT-Bench, AlpacaEval, Arena-Hard …')
		.argument('<path...>', 'comparison folder, or files and folders of answers and judgments')
		.addOption(
			new Option('--to <format>', 'also write the answers for another tool').choices(exportTargets),
		)
		.option('--out <path>', 'folder to write to; a file for llm-comparator')
		.option(
			'--model <label>',
			'write the answers of this model (repeatable; default all)',
			(label: string, before: readonly string[]) => [...before, label],
			[],
		)
		.action((paths: string[], options: CompareOptions, command: Command) => {
			if ((options.to === undefined) !== (options.out === undefined)) {
				command.error('error: --to and --out belong together');
			}
			return act(command, ({ folder }, _output, signal) =>
				compare(paths, options, signal, folder.preferences),
			);
		});
	program
		.command('pairs')
		.description('write training data from the votes of a comparison; its prompts are spent then')
		.argument('<comparison>', 'folder, or the id of one in .windsock/comparisons')
		.requiredOption('--out <file>', 'JSONL file to write; a sidecar says where each row is from')
		.addOption(
			new Option(
				'--rule <rule>',
				'one: a pair a prompt, best against worst or one drawn; each: best against all others; worst: only named worsts',
			)
				.choices(pairRules)
				.default('one'),
		)
		.option('--kto', 'single answers with a label for KTO, those of all-bad votes too')
		.addOption(
			new Option('--edited', 'edited answers that are examples of their own, for SFT').conflicts([
				'kto',
			]),
		)
		.option('--hosted', 'take answers of hosted models too, with a note on their terms')
		.addOption(
			new Option(
				'--on-policy <scores>',
				'rated samples of one model as raw UltraFeedback has them, for binarize; JSONL file of {"promptId", "sample", "score"}',
			).conflicts(['kto', 'edited']),
		)
		.option('--model <label>', 'with --on-policy: whose samples (default: the first model)')
		.action((comparison: string, options: PairsOptions, command: Command) =>
			act(command, services => pairs(services, comparison, options)),
		);
	program
		.command('regress')
		.description('hold answers to what a prompt set expects, and list what changed sides')
		.argument('<set>', 'prompt set whose lines have {"expect": {"contains", "lacks", "regex", …}}')
		.option('--models <model...>', 'models to ask, from the older to the newer')
		.option('--answers <comparison>', 'look at the answers of this comparison instead of asking')
		.addOption(hostOption())
		.option('--out <dir>', 'folder of the comparison (default .windsock/comparisons/ID)')
		.option('--name <name>', 'name of the comparison')
		.option('--max-new-tokens <n>', 'longest answer', positiveInteger)
		.option('--judge <endpoint>', 'endpoint:name that is asked about rubrics')
		.option('--yes', 'let a judge that is not of this network read prompts and answers')
		.addOption(resourceOption())
		.addOption(dryRunOption())
		.action((set: string, options: RegressOptions, command: Command) => {
			if ((options.models === undefined) === (options.answers === undefined)) {
				command.error('error: name either --models or --answers');
			}
			return act(command, (services, output, signal) =>
				regress(services, output, promptFile(set, promptsFolder), options, signal),
			);
		});
	program
		.command('reward-map')
		.description(
			'what a checkpoint and another model make of answers, token by token, in nats; of DPO and its reference times β the reward',
		)
		.argument(
			'<run>',
			`${runArgument}, with @step or the newest checkpoint; or a run of reward-map`,
		)
		.option(
			'--against <model>',
			'base, run:ID[@step], path:… or hub:id@revision (default: the reference of its DPO)',
			modelRef,
		)
		.option('--answers <path>', 'file of answers in any known format, or a comparison')
		.option(
			'--model <label>',
			'only the answers of this model (repeatable; default all)',
			(label: string, before: readonly string[]) => [...before, label],
			[],
		)
		.option('--top-k <n>', 'likeliest tokens that are kept of each place', topTokens)
		.option('--name <name>', 'name of the run')
		.addOption(resourceOption())
		.addOption(dryRunOption())
		.option('--no-wait', 'return when the run is on record')
		.action((run: string, options: RewardMapOptions, command: Command) =>
			act(command, (services, output, signal) =>
				rewardMapCommand(services, output, run, options, signal),
			),
		);
	program
		.command('audit')
		.description(
			'hold implicit margins against preferences: a DPO run’s against its held-out labels, a reward map’s against votes and judges',
		)
		.argument('<run>', runArgument)
		.option('--limit <n>', 'list at most so many pairs', rowLimit, 20)
		.action((run: string, options: { limit: number }, command: Command) =>
			act(command, (services, _output, signal) =>
				withRun(services, run, runId => audit(services, runId, options, signal)),
			),
		);
	program
		.command('source')
		.description(
			'list the rows of training data that say most of a phrase: similar, no proof of cause',
		)
		.argument('<phrase>', 'words of an answer; case and punctuation do not count')
		.argument('<dataset...>', 'files or folders of SFT or preference data')
		.option('--limit <n>', 'list at most so many rows', rowLimit, 10)
		.action((phrase: string, datasets: string[], options: { limit: number }, command: Command) =>
			act(command, (_services, output, signal) =>
				source(phrase, datasets, options, output, signal),
			),
		);
	program
		.command('judge')
		.description(
			'let a judge compare answers in both orders; says first what would leave this machine',
		)
		.argument('<dir>', 'comparison folder')
		.requiredOption('--judge <endpoint>', 'endpoint:name of the settings')
		.option('--reference <label>', 'model that the others are judged against (default: the first)')
		.option('--rubric <file>', 'what makes an answer better, in your words')
		.option('--repeats <k>', 'questions per pair and order; the median counts', positiveInteger, 1)
		.option('--max-new-tokens <n>', 'longest reply of the judge', positiveInteger, 512)
		.option('--parallel <n>', 'questions on their way at one time', positiveInteger, 4)
		.option('--price <p>', 'of a million tokens, to know the cost beforehand', number)
		.option('--reply-price <p>', 'of a million tokens of replies, where it is another', number)
		.addOption(
			new Option(
				'--protocol <name>',
				'judge as published instead, with its prompts, sampling and rules',
			).choices(judgeProtocols),
		)
		.option(
			'--references <file>',
			'of MT-Bench: reference_answer/gpt-4.jsonl for math, reasoning and coding',
		)
		.option('--yes', 'send it')
		.action((directory: string, options: JudgeOptions, command: Command) =>
			act(command, (services, output, signal) =>
				judge(services, output, directory, options, signal),
			),
		);
}
