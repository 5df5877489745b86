import { forTerminal } from '../../core/base/foreignText';
import type { TokensAnswer, TokensSide } from '../../core/contract/runFiles.generated';
import { countsOfMessages, countsOfSide } from '../../core/tokens/tokenCounts';
import { table } from '../output';

export interface ShownTokens extends TokensAnswer {
	readonly recipe: string;
	readonly host: string;
	readonly dataset: string;
	readonly row: number;
	readonly method: string;
	/** Why another model's tokenizer stands in for the recipe's. */
	readonly standIn?: string;
	/** What the conversion into TRL's form changed, each as a phrase. */
	readonly changes: readonly string[];
}

/** How a stretch of tokens is written. */
interface Style {
	readonly loss: (text: string) => string;
	readonly special: (text: string) => string;
	readonly behind: (text: string) => string;
}

const coloured: Style = {
	loss: text => `\u001b[4;32m${text}\u001b[24;39m`,
	special: text => `\u001b[1m${text}\u001b[22m`,
	behind: text => `\u001b[2m${text}\u001b[22m`,
};

/** Where there are no colours, brackets that no template has. */
const plain: Style = { loss: text => `⟦${text}⟧`, special: text => text, behind: text => text };

/** The same for people; with colours for a terminal that has them. */
export function tokensText(shown: ShownTokens, isColoured: boolean): string {
	const { refused, sides = [] } = shown;
	const place = `${shown.dataset}, row ${shown.row}, by ${shown.recipe} on ${shown.host}\n`;
	const changes = shown.changes.map(change => `  ${change}\n`).join('');
	const standIn = shown.standIn === undefined ? '' : `${shown.standIn}\n`;
	const head = forTerminal(`${place}${standIn}${changes}`);
	if (refused !== undefined) {
		const who = {
			row: 'Training leaves this row out',
			template: 'The chat template refuses it',
			trainer: 'The trainer fails at it',
		}[refused.by];
		return `${head}${who}: ${forTerminal(refused.reason)}\n`;
	}
	const style = isColoured ? coloured : plain;
	const mark = isColoured ? 'underlined' : 'in ⟦ ⟧';
	const body = sides.map(side => sideText(side, shown, style)).join('\n');
	const dropped =
		shown.isDropped === true
			? 'max_length leaves nothing with loss: the trainer leaves this example out.\n'
			: '';
	return `${head}Tokens with loss are ${mark}.\n${dropped}\n${body}`;
}

function sideText(side: TokensSide, { maxLength, packing }: TokensAnswer, style: Style): string {
	const { tokens, kept, trained } = countsOfSide(side);
	const limit =
		typeof maxLength === 'number' ? ` of at most ${maxLength.toLocaleString('en-US')}` : '';
	const packed = typeof packing === 'string' ? `, packed (${packing})` : '';
	const cut = kept < tokens ? `, ${number(tokens - kept)} cut` : '';
	const name = side.name === 'text' ? '' : `${side.name}: `;
	const sum = `${name}${number(tokens)} tokens${limit}, ${number(trained)} with loss${cut}${packed}\n`;
	const seam = side.hasSeam ? 'The prompt alone has other tokens than at the start of this.\n' : '';
	const counts = table(
		countsOfMessages(side).map(message => [
			`  ${forTerminal(message.role)}`,
			`${number(message.tokens)} tokens`,
			`${number(message.trained)} with loss`,
		]),
	);
	return `${sum}${seam}${counts}\n${stretches(side, style)}\n`;
}

/** The text, stretch by stretch of tokens that are written alike. */
function stretches(side: TokensSide, style: Style): string {
	const special = new Map(side.special.map(({ at, name }) => [at, name]));
	const learned = new Set(side.loss.flatMap(([from, to]) => range(from, to)));
	const parts: { kind: string; text: string }[] = [];
	side.pieces.forEach((piece, at) => {
		const name = special.get(at);
		const inside = at >= side.start && at < side.stop;
		const loss = learned.has(at);
		const bold = name !== undefined && style !== plain ? 'special' : '';
		const kind = `${inside ? 'in' : 'out'} ${loss ? 'loss' : ''} ${bold}`;
		const text = forTerminal(piece === '' ? (name ?? '') : piece);
		const last = parts.at(-1);
		if ((at === side.start && at > 0) || (at === side.stop && at < side.ids.length)) {
			parts.push({ kind: 'cut', text: '\n──── cut ────\n' });
		} else if (last?.kind === kind) {
			last.text += text;
			return;
		}
		parts.push({ kind, text });
	});
	return parts
		.map(({ kind, text }) => {
			const bold = kind.endsWith('special') ? style.special(text) : text;
			const marked = kind.includes('loss') ? style.loss(bold) : bold;
			return kind.startsWith('out') ? style.behind(marked) : marked;
		})
		.join('');
}

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from }, (_, i) => from + i);
}

function number(value: number): string {
	return value.toLocaleString('en-US');
}
