// The run monitor's own page in headless Chromium, with its session in a worker.
import { build } from 'esbuild';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { MadeRuns, Order } from './host';

interface Bench {
	readonly worker: Worker;
	send(order: Order): void;
	/** Resolves with the next answer of this kind. */
	answer(order: string): Promise<{ readonly busy?: number }>;
	/** Milliseconds from the start of the page's script until each panel had points and was painted. */
	painted(panels: number): Promise<number>;
	/** Numbers of the charts' pixels that are others once all is drawn again. */
	drawnAgain(): Promise<number>;
}
declare const bench: Bench;
declare const bundles: { readonly host: string; readonly page: string };

/** Runs in the page before its script: what VS Code gives a webview, connected to the worker. */
function prepare(): void {
	const address = URL.createObjectURL(new Blob([bundles.host], { type: 'text/javascript' }));
	const worker = new Worker(address);
	let state: unknown;
	const waiting: { readonly order: string; resolve(data: object): void }[] = [];
	worker.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) => {
		if ('message' in data) {
			window.postMessage(data['message'], '*');
			return;
		}
		for (const [i, { order, resolve }] of [...waiting.entries()].toReversed()) {
			if (order === data['order']) {
				waiting.splice(i, 1);
				resolve(data);
			}
		}
	});
	let began = 0;
	const frame = (): Promise<void> =>
		new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
	Object.assign(window, {
		acquireVsCodeApi: () => {
			began = performance.now();
			return {
				postMessage: (message: unknown) => worker.postMessage(message),
				getState: () => state,
				setState: (to: unknown) => {
					state = to;
				},
			};
		},
		bench: {
			worker,
			send: order => worker.postMessage(order),
			answer: order =>
				new Promise(resolve => waiting.push({ order, resolve: data => resolve(data) })),
			painted: async panels => {
				const drawn = (): number =>
					[...document.querySelectorAll('.panel')].filter(
						panel => Number(panel.getAttribute('data-points')) > 0 && panel.querySelector('canvas'),
					).length;
				while (drawn() < panels) {
					if (performance.now() - began > 120_000) {
						throw new Error(`only ${drawn()} of ${panels} panels are drawn after two minutes`);
					}
					await frame();
				}
				await frame();
				return performance.now() - began;
			},
			drawnAgain: async () => {
				const pixels = (): readonly Uint8ClampedArray[] =>
					[...document.querySelectorAll<HTMLCanvasElement>('.chart > canvas:first-child')].map(
						canvas => {
							const context = canvas.getContext('2d');
							if (!context) {
								throw new Error('a chart has no pixels');
							}
							return context.getImageData(0, 0, canvas.width, canvas.height).data;
						},
					);
				const before = pixels();
				// The page takes it for another theme.
				document.documentElement.style.setProperty('--vscode-none', String(performance.now()));
				await frame();
				await frame();
				await frame();
				const now = pixels();
				return before.reduce(
					(sum, its, i) => sum + its.filter((number, at) => number !== now[i]?.[at]).length,
					now.length === before.length ? 0 : Infinity,
				);
			},
		} satisfies Bench,
	});
}

export interface MonitorPage {
	readonly page: Page;
	readonly devtools: CDPSession;
	order(order: Order): Promise<void>;
	/** Milliseconds that the host and the page's script have been busy so far. */
	busy(): Promise<{ readonly host: number; readonly page: number }>;
	/** How many numbers of the charts' pixels are others once all is drawn again. */
	drawnAgain(): Promise<number>;
	/** Megabytes of the page after collection, buffers included. */
	heap(): Promise<number>;
}

async function bundle(root: string, entry: string): Promise<{ js: string; css: string }> {
	const built = await build({
		entryPoints: [path.join(root, entry)],
		bundle: true,
		minify: false,
		write: false,
		format: 'iife',
		outdir: 'out',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		loader: { '.ttf': 'dataurl', '.svg': 'dataurl' },
		platform: 'browser',
		define: { 'process.env.NODE_ENV': '"production"' },
	});
	const text = (end: string): string =>
		built.outputFiles.find(file => file.path.endsWith(end))?.text ?? '';
	return { js: text('.js'), css: text('.css') };
}

/** Colours of VS Code's dark theme that the page reads. */
const theme: Readonly<Record<string, string>> = {
	foreground: '#cccccc',
	'editor-background': '#1f1f1f',
	'editor-foreground': '#cccccc',
	descriptionForeground: '#9d9d9d',
	'charts-red': '#f14c4c',
	focusBorder: '#0078d4',
	'font-family': 'sans-serif',
	'font-size': '13px',
	'panel-border': '#2b2b2b',
	'widget-border': '#313131',
	'editorWidget-background': '#202020',
	'button-background': '#0078d4',
	'button-foreground': '#ffffff',
	'list-hoverBackground': '#2a2d2e',
};

/** Opens the page on made runs; the clock of `painted` starts with its script. */
export async function openMonitor(
	browser: Browser,
	root: string,
	made: MadeRuns,
	size: { readonly width: number; readonly height: number },
	state?: object,
): Promise<MonitorPage & { paint(panels: number): Promise<number> }> {
	const [host, page] = await Promise.all([
		bundle(root, 'test/bench/monitor/host.ts'),
		bundle(root, 'webview/runMonitor/main.tsx'),
	]);
	const tab = await browser.newPage({ viewport: size });
	tab.on('pageerror', error => console.error(error));
	const variables = Object.entries(theme).map(([name, value]) => `--vscode-${name}:${value}`);
	await tab.setContent(
		`<!DOCTYPE html><html style="${variables.join(';')}"><head><style>${page.css}</style></head>` +
			'<body class="vscode-body vscode-dark" style="background:#1f1f1f;color:#ccc">' +
			'<div id="root"></div></body></html>',
	);
	await tab.evaluate(code => Object.assign(window, { bundles: code }), {
		host: host.js,
		page: page.js,
	});
	await tab.evaluate(prepare);
	if (state) {
		await tab.evaluate(kept => {
			const api = Reflect.get(window, 'acquireVsCodeApi') as () => object;
			Object.assign(window, { acquireVsCodeApi: () => ({ ...api(), getState: () => kept }) });
		}, state);
	}
	await tab.evaluate(its => {
		const answer = bench.answer('made');
		bench.send({ order: 'make', made: its });
		return answer.then(() => undefined);
	}, made);
	const devtools = await tab.context().newCDPSession(tab);
	await devtools.send('Performance.enable');
	return {
		page: tab,
		devtools,
		paint: async panels =>
			tab.evaluate(async count => {
				const script = document.createElement('script');
				script.textContent = bundles.page;
				document.body.append(script);
				return bench.painted(count);
			}, panels),
		order: order => tab.evaluate(its => bench.send(its), order),
		busy: async () => {
			const { busy = 0 } = await tab.evaluate(async () => {
				const answer = bench.answer('busy');
				bench.send({ order: 'busy' });
				return answer;
			});
			const { metrics } = await devtools.send('Performance.getMetrics');
			const script = metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0;
			return { host: busy, page: script * 1000 };
		},
		drawnAgain: () => tab.evaluate(() => bench.drawnAgain()),
		heap: async () => {
			await devtools.send('HeapProfiler.collectGarbage');
			await devtools.send('HeapProfiler.collectGarbage');
			const usage: object = await devtools.send('Runtime.getHeapUsage');
			const bytes = (name: string): number => Number(Reflect.get(usage, name) ?? 0);
			return (
				(bytes('usedSize') + bytes('embedderHeapUsedSize') + bytes('backingStorageSize')) / 1e6
			);
		},
	};
}
