/** Text within SVG or HTML, and within an attribute: characters that XML forbids are left out. */
export function escapeMarkup(text: string): string {
	return (
		text
			.toWellFormed()
			// oxlint-disable-next-line no-control-regex
			.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;')
			.replaceAll('"', '&quot;')
			.replaceAll("'", '&#39;')
	);
}

/** Share of the font size that a character takes, as in the sans-serif fonts that people have. */
function characterWidth(character: string): number {
	if (/[\u1100-\u115f\u2e80-\uffef]/u.test(character) || character.length > 1) {
		return 1;
	}
	if (/[ijl.,:;|!'`ftI[\]()/ ]/.test(character)) {
		return 0.36;
	}
	if (/[mwMW@%]/.test(character)) {
		return 0.92;
	}
	return /[A-Z]/.test(character) ? 0.7 : 0.6;
}

/** About how wide a text is, in pixels; rather too wide than too narrow. */
export function textWidth(text: string, size: number): number {
	let width = 0;
	for (const character of text) {
		width += characterWidth(character);
	}
	return width * size;
}

/** The text, or as much of it as fits, with … behind it. */
export function fitText(text: string, size: number, width: number): string {
	if (textWidth(text, size) <= width) {
		return text;
	}
	let kept = '';
	for (const character of text) {
		if (textWidth(`${kept}${character}…`, size) > width) {
			break;
		}
		kept += character;
	}
	return `${kept.trimEnd()}…`;
}
