/** A theme colour (hex or rgb) made more transparent; other notations are returned as they are. */
export function translucent(color: string, opacity: number): string {
	const hex = /^#([0-9a-f]{3,8})$/i.exec(color)?.[1];
	if (hex !== undefined) {
		const full = hex.length < 6 ? [...hex].map(digit => digit + digit).join('') : hex;
		const [r, g, b, a = 255] = (full.match(/../g) ?? []).map(pair => Number.parseInt(pair, 16));
		return `rgba(${r}, ${g}, ${b}, ${(a / 255) * opacity})`;
	}
	const numbers = /^rgba?\(([^)]+)\)$/.exec(color)?.[1]?.split(/[\s,/]+/);
	if (!numbers) {
		return color;
	}
	const [r, g, b, a = '1'] = numbers;
	return `rgba(${r}, ${g}, ${b}, ${Number(a) * opacity})`;
}
