import type { ComparedModel } from './comparison';

export interface MaskedText {
	readonly text: string;
	/** Places where something was hidden. */
	readonly masked: number;
}

/** Of one length for every name. */
export const maskedName = '█████';

/** Models like to write hyphens that do not break. */
const hyphen = '[-_\u2010-\u2015]';

/** Names that hardly mean anything but a model or its maker. */
const plainNames = [
	'Chat ?GPT',
	`GPT(?:${hyphen}| )?[345](?:\\.\\d)?o?(?:(?:${hyphen}| )(?:turbo|mini))?`,
	'OpenAI',
	'Open ?Assistant',
	'Anthropic',
	'DeepMind',
	'DeepSeek',
	'Hugging ?Face',
	'Mixtral',
	'Mistral ?AI',
	'Qwen(?:\\d(?:\\.\\d)?)?(?:-\\w+)*',
	'通义千问',
	'文心一言',
	'Alibaba Cloud',
	'Tongyi',
	'LLaMA[- ]?\\d(?:\\.\\d)?',
	'StableLM',
	'Stability ?AI',
	'Vicuna-\\d+b',
	'OLMo',
	'Tülu',
	'SmolLM\\d?',
	'ChatGLM',
	'Ernie Bot',
	'Kimi',
	'Moonshot AI',
	'xAI',
	'Zephyr-7b(?:-\\w+)?',
];

/** Names that are words as well: hidden only where somebody says who they are. */
const wordNames = [
	'Claude',
	'Bard',
	'Gemini',
	'Gemma',
	'Google(?: AI)?',
	'Meta(?: AI)?',
	'Llama',
	'Alpaca',
	'Vicuna',
	'Mistral',
	'Zephyr',
	'Falcon',
	'Phi',
	'Grok',
	'Copilot',
	'Bing',
	'Microsoft',
	'Cohere',
	'Command',
	'Hermes',
	'Nous(?: Research)?',
	'Yi',
	'Pi',
	'Siri',
	'Alexa',
	'Koala',
	'Dolly',
	'Orca',
	'Baichuan',
	'Nemotron',
	'NVIDIA',
	'Amazon',
	'Apple',
	'IBM',
	'LMSYS',
	'TII',
	'H4',
	'Salesforce',
	'ByteDance',
	'Doubao',
];

/** How somebody says who they are, in some languages besides English. */
const foreignLead =
	"\\b(?:je suis|je m[’']appelle|ich bin|ich heiße|mein name ist|soy|me llamo|sono|mi chiamo|(?:eu )?sou|ik ben|jestem)\\s+|(?<!\\p{L})(?:я|меня зовут)\\s+|我是|我叫";

const lead = `(?:${foreignLead}|\\b(?:as|i am|i[’']m|my name is|i am called|call me|known as|this is|named|(?:trained|developed|created|made|built|designed|fine-tuned|powered|released) by|(?:language |chat |AI )?(?:model|assistant|chatbot|bot) (?:from|of|by|named|called))\\s+(?:(?<article>an? )|the )?)["“*_]*`;

/**
 * Hides in answers who gave them: the names of models and makers, and of the models of this comparison.
 * A name that is also a word is hidden where an answer says who it is (“As Zephyr, …”, “made by
 * Meta”), any other everywhere but where the prompt itself has it.
 */
export function identityMask(
	models: readonly ComparedModel[],
): (text: string, asked: string) => MaskedText {
	const own = [...new Set(models.flatMap(({ label, ref }) => [label, ...partsOf(ref)]))].filter(
		name => name.length > 1,
	);
	const odd = own.filter(name => /[\d_/-]/.test(name));
	const words = own.filter(name => !odd.includes(name));
	const names = [...odd.map(spelled), ...plainNames].toSorted(longestFirst);
	const anywhere = new RegExp(`(?<![\\w█])(?:${names.join('|')})(?!\\w)`, 'giu');
	const all = [...names, ...words.map(escaped), ...wordNames].toSorted(longestFirst);
	const said = new RegExp(`(?<lead>${lead})(?<name>${all.join('|')})(?!\\w)`, 'giu');
	return (text, asked) => {
		const inPrompt = asked.toLowerCase();
		let masked = 0;
		const first = text.replaceAll(said, (whole: string, ...found: unknown[]) => {
			const { lead: before, article, name } = found.at(-1) as Record<string, string | undefined>;
			// “As a llama, …” is no model.
			if (article !== undefined && name === name?.toLowerCase()) {
				return whole;
			}
			masked++;
			return `${before}${maskedName}`;
		});
		const second = first.replaceAll(anywhere, name => {
			if (inPrompt.includes(name.toLowerCase())) {
				return name;
			}
			masked++;
			return maskedName;
		});
		return { text: second, masked };
	};
}

/** What of a reference may be said in an answer: names of runs, folders and repositories. */
function partsOf(ref: string): string[] {
	return ref
		.replace(/^[a-z]+:/, '')
		.split(/[\\/@]/)
		.filter(part => part.length > 2 && /[a-z]/i.test(part));
}

function escaped(name: string): string {
	return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The name with any of the signs that join its parts. */
function spelled(name: string): string {
	return /[\p{L}\p{N}]/u.test(name) ? name.split(/[-_]/).map(escaped).join(hyphen) : escaped(name);
}

function longestFirst(a: string, b: string): number {
	return b.length - a.length;
}
