/**
 * Text of a host, a file or a person, for a place that turns `[words](address)` into links. VS Code
 * does so in notifications and prompts, and lets such a link run any command.
 */
export function withoutLinks(text: string): string {
	return text.replaceAll('](', '] (');
}

/**
 * Text for a terminal: what would move the cursor, set the title or fill the clipboard is shown and
 * not obeyed. Colours are left out; line ends, tabs and the returns of progress bars stay.
 */
export function forTerminal(text: string): string {
	return (
		text
			// oxlint-disable-next-line no-control-regex
			.replaceAll(/\u001b\[[0-9;]*m/g, '')
			// oxlint-disable-next-line no-control-regex
			.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
			// What turns the direction of all that follows, so that a line reads as another one.
			.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
	);
}
