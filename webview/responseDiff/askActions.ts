import type { AskedView } from '../../src/protocol/responseDiff';
import { asked, askOpen, askText } from './asking';

/** What this part needs of the host; set once, so that it knows nothing of the connection. */
interface AskHost {
	ask(text: string): void;
	leave(): void;
	keep(): void;
	/** Lets the models of the host answer too. */
	askHost(): void;
}

let host: AskHost | undefined;

export function connectAsking(connected: AskHost): void {
	host = connected;
}

export function askedChanged(next: AskedView): void {
	if (askOpen.value) {
		asked.value = next;
	}
}

export function openAsk(): void {
	askOpen.value = true;
}

export function askAll(): void {
	const text = askText.value.trim();
	if (text !== '') {
		host?.ask(text);
	}
}

export function askHost(): void {
	host?.askHost();
}

/** True where there was something to keep. */
export function keepAsked(): boolean {
	if (!asked.value) {
		return false;
	}
	host?.keep();
	return true;
}

export function closeAsk(): void {
	host?.leave();
	asked.value = undefined;
	askOpen.value = false;
	askText.value = '';
}
