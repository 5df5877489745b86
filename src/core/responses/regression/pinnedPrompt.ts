import { readPromptSet, type ChatMessage, type Prompt } from '../promptSet';

/** What a pinned prompt expects, as its line says it. */
export type ExpectedFields = Readonly<Record<string, unknown>>;

/**
 * The text of a set with the prompt in it. One with the same turns gets the new expectations in its place,
 * beside what else it says; any other is added at the end. Other lines stay as they are, byte for byte.
 *
 * @param expect absent: the prompt is kept and nothing is expected of it
 */
export function withPinned(
	text: string,
	prompt: Pick<Prompt, 'id' | 'messages' | 'tags' | 'reference' | 'sampling'>,
	expect?: ExpectedFields,
): { readonly text: string; readonly isNew: boolean } {
	const { prompts } = readPromptSet(text);
	const known = prompts.find(({ messages }) => sameTurns(messages, prompt.messages));
	if (known) {
		return { text: withExpectation(text, known.line, expect), isNew: false };
	}
	const ids = new Set(prompts.map(({ id }) => id));
	const { messages, tags, reference, sampling } = prompt;
	const row = {
		id: freeId(prompt.id, ids),
		messages,
		...(tags.length === 0 ? {} : { tags }),
		...(reference === undefined ? {} : { reference }),
		...(sampling === undefined ? {} : { sampling }),
		...(expect === undefined ? {} : { expect }),
	};
	const end = text === '' || text.endsWith('\n') ? '' : '\n';
	return { text: `${text}${end}${JSON.stringify(row)}\n`, isNew: true };
}

function withExpectation(text: string, line: number, expect: ExpectedFields | undefined): string {
	if (expect === undefined) {
		return text;
	}
	const lines = text.split('\n');
	const mark = lines[line - 1]?.startsWith('\uFEFF') === true ? '\uFEFF' : '';
	const written = lines[line - 1]?.replace(/^\uFEFF/, '') ?? '{}';
	const row = JSON.parse(written) as Record<string, unknown>;
	const before = Object(row['expect']) as ExpectedFields;
	const end = written.endsWith('\r') ? '\r' : '';
	lines[line - 1] = `${mark}${JSON.stringify({ ...row, expect: { ...before, ...expect } })}${end}`;
	return lines.join('\n');
}

function sameTurns(a: readonly ChatMessage[], b: readonly ChatMessage[]): boolean {
	return (
		a.length === b.length &&
		a.every(({ role, content }, i) => role === b[i]?.role && content === b[i]?.content)
	);
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
	let id = wanted;
	for (let n = 2; taken.has(id); n++) {
		id = `${wanted}-${n}`;
	}
	return id;
}

/** The prompts of a comparison as a set pins them now: a comparison keeps those of when it was asked. */
export function pinnedNow(prompts: readonly Prompt[], set: readonly Prompt[]): readonly Prompt[] {
	return prompts.flatMap(prompt => {
		const pinned = set.find(({ messages }) => sameTurns(messages, prompt.messages));
		return pinned === undefined ? [] : [{ ...prompt, extra: pinned.extra }];
	});
}
