/**
 * Control characters as their pictures (␛ for escape), one for one, so that terminal codes and other
 * invisible text in an answer can be seen. Tabs and line ends stay.
 */
export function visibleText(text: string): string {
	return text
		.replaceAll('\r\n', '\n')
		.replaceAll(/[^\P{Cc}\t\n]|[\u202d\u202e]/gu, character => picture(character.charCodeAt(0)));
}

function picture(code: number): string {
	return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : '␦';
}
