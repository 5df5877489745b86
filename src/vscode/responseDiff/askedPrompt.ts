import type { Disposable } from '../../core/base/disposable';
import { messageFor } from '../../core/base/errorMessages';
import type { LiveAnswerer } from '../../core/responses/liveAnswerer';
import type { AskOnHost } from '../../core/responses/hostAnswers';
import type { Comparison } from '../../core/responses/comparison';
import { defaultSampling } from '../../core/responses/defaultSampling';
import type { ChatMessage } from '../../core/responses/promptSet';
import { laneOrder } from '../../core/responses/vote';
import type { AskedView, LaneView } from '../../protocol/responseDiff';
import { shownLabels, type ViewContext } from './comparisonViews';

/** Milliseconds between two looks at growing answers. */
const pace = 100;

interface AskedLane {
	readonly label: string;
	readonly ref: string;
	text: string;
	state: 'asking' | 'done' | 'cut' | 'failed' | 'unaskable';
	/** Why there is no answer; empty while there is nothing to say. */
	reason: string;
}

/**
 * A prompt that was typed in the page and put to all its models at once. It is no prompt of the
 * comparison: votes, counts and hidden repeats know nothing of it.
 */
export class AskedPrompt implements Disposable {
	#current:
		| {
				readonly id: string;
				readonly messages: readonly ChatMessage[];
				readonly lanes: readonly AskedLane[];
				readonly abort: AbortController;
		  }
		| undefined;
	#count = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** @param onChange at most once per pace; the last state always goes out */
	constructor(
		private readonly answererFor: (ref: string) => Promise<LiveAnswerer | undefined>,
		private readonly onChange: () => void,
		private readonly askOnHost?: AskOnHost,
	) {}

	get messages(): readonly ChatMessage[] | undefined {
		return this.#current?.messages;
	}

	/** Asks all at once; ends when all have answered or failed. What was asked before is given up. */
	async ask(text: string, comparison: Comparison, context: ViewContext): Promise<void> {
		this.stop();
		const { models, sampling } = comparison.header;
		const id = `asked ${++this.#count}`;
		const labels = shownLabels(comparison, 0, { ...context, blind: false });
		const shown = models.filter(({ label }) => labels.includes(label));
		const order = context.blind
			? laneOrder(labels, comparison.header.id, `${id}\n${text}`, context.voter)
			: labels;
		const lanes = order.map((label): AskedLane => ({
			label,
			ref: shown.find(model => model.label === label)?.ref ?? label,
			text: '',
			state: 'asking',
			reason: '',
		}));
		const messages = [{ role: 'user', content: text }];
		const abort = new AbortController();
		this.#current = { id, messages, lanes, abort };
		this.onChange();
		// One after the other, for a key may have to be asked for; in an order that tells nothing of the lanes.
		const ready: { readonly lane: AskedLane; readonly answerer: LiveAnswerer }[] = [];
		for (const lane of lanes.toSorted((one, other) => (one.ref < other.ref ? -1 : 1))) {
			const answerer = await this.answererFor(lane.ref);
			if (answerer) {
				ready.push({ lane, answerer });
			} else {
				lane.state = 'unaskable';
			}
		}
		if (abort.signal.aborted) {
			return;
		}
		await Promise.all(
			ready.map(async ({ lane, answerer }) => {
				const asked = { ...defaultSampling, ...sampling };
				const answer = await answerer.stream(messages, asked, abort.signal, grown => {
					lane.text = grown;
					this.#note();
				});
				if (answer.ok) {
					lane.text = answer.value.text;
					lane.state = answer.value.finishReason === 'stop' ? 'done' : 'cut';
				} else {
					lane.state = 'failed';
					lane.reason = messageFor(answer.error);
				}
				this.#note();
			}),
		);
		this.#send();
	}

	/** Lets the models of the comparison's host answer the same, as a job there. */
	async askHost({ header }: Comparison): Promise<void> {
		const current = this.#current;
		const { hostName } = header;
		const waiting = current?.lanes.filter(({ state }) => state === 'unaskable') ?? [];
		if (!current || !this.askOnHost || hostName === undefined || waiting.length === 0) {
			return;
		}
		for (const lane of waiting) {
			lane.state = 'asking';
		}
		this.onChange();
		const known = header.models.map(({ ref }) => ref);
		const asked = await this.askOnHost({
			hostName,
			refs: known.filter(ref => waiting.some(lane => lane.ref === ref)),
			messages: current.messages,
			signal: current.abort.signal,
			onAnswer: (ref, text, isCut) => {
				for (const lane of waiting.filter(one => one.ref === ref)) {
					lane.text = text;
					lane.state = isCut ? 'cut' : 'done';
				}
				this.#note();
			},
		});
		const left = waiting.filter(({ state }) => state === 'asking');
		for (const [i, lane] of left.entries()) {
			lane.state = 'failed';
			// Said once: it is one job.
			lane.reason =
				i > 0 ? '' : asked.ok ? 'The job ended without an answer.' : messageFor(asked.error);
		}
		this.#send();
	}

	/** Gives up what is being asked, and forgets it. */
	stop(): void {
		this.#current?.abort.abort();
		this.#current = undefined;
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	/** While names are hidden answers appear together: the order in which they come tells models apart. */
	view(context: ViewContext, hostName?: string): AskedView | undefined {
		const current = this.#current;
		if (!current) {
			return undefined;
		}
		const { id, messages, lanes } = current;
		const asking = lanes.some(({ state }) => state === 'asking');
		const count = (state: AskedLane['state']): number =>
			lanes.filter(lane => lane.state === state).length;
		return {
			id,
			messages,
			asking,
			cut: count('cut'),
			failed: count('failed'),
			unaskable: count('unaskable'),
			...(this.askOnHost && hostName !== undefined && count('unaskable') > 0 ? { hostName } : {}),
			// A reason may name a model.
			reasons: context.blind ? [] : lanes.flatMap(({ reason }) => (reason === '' ? [] : [reason])),
			lanes: lanes.map(lane =>
				laneOf(
					lane,
					{ id, asked: messages[0]?.content ?? '', held: context.blind && asking },
					context,
				),
			),
		};
	}

	dispose(): void {
		this.stop();
	}

	#note(): void {
		this.#timer ??= setTimeout(() => this.#send(), pace);
	}

	#send(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.onChange();
	}
}

function laneOf(
	lane: AskedLane,
	{ id, asked, held }: { readonly id: string; readonly asked: string; readonly held: boolean },
	context: ViewContext,
): LaneView {
	const { text, masked } = context.blind
		? context.mask(lane.text, asked)
		: { text: lane.text, masked: 0 };
	const hasText = lane.state === 'done' || lane.state === 'cut' || text !== '';
	return {
		key: context.laneKey(id, lane.label),
		missing: lane.state === 'failed' || lane.state === 'unaskable',
		cut: !held && lane.state === 'cut',
		failed: !held && lane.state === 'failed',
		findings: [],
		...(hasText && !held ? { text } : {}),
		...(masked > 0 && !held ? { masked } : {}),
		...(context.blind ? {} : { model: { label: lane.label, ref: lane.ref } }),
	};
}
