/** Reads a VS Code colour variable for canvas drawing; CSS uses `var(--vscode-…)` itself. */
export function themeColor(name: string, fallback = '#888888'): string {
	const value = getComputedStyle(document.documentElement)
		.getPropertyValue(`--vscode-${name}`)
		.trim();
	return value === '' ? fallback : value;
}

/** Reads a colour that a page's own style sheet gives for each kind of theme as `--ws-NAME`. */
export function ownColor(name: string): string {
	return getComputedStyle(document.body).getPropertyValue(`--ws-${name}`).trim();
}

/** The same for one drawing, which asks for few colours many times: each is read once. */
export function ownColors(): (name: string) => string {
	const known = new Map<string, string>();
	return name => {
		const color = known.get(name) ?? ownColor(name);
		known.set(name, color);
		return color;
	};
}

/** Calls back after the theme changed: VS Code swaps the body's class and the root's variables. */
export function onThemeChange(listener: () => void): () => void {
	const observer = new MutationObserver(listener);
	observer.observe(document.body, {
		attributes: true,
		attributeFilter: ['class', 'data-vscode-theme-id'],
	});
	observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
	return () => observer.disconnect();
}

export function prefersReducedMotion(): boolean {
	return (
		document.body.classList.contains('vscode-reduce-motion') ||
		window.matchMedia('(prefers-reduced-motion: reduce)').matches
	);
}
