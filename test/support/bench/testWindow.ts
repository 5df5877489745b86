import { afterAll, afterEach, beforeAll } from 'vitest';
import type { EditorPage } from './editorPage';
import { projectRoot, WindowBench } from './windowBench';
import { TemporaryWorkspace } from './workspace';

export interface WindowNeeds {
	/** Settings of machine scope, such as the ssh config to take hosts from. */
	readonly machineSettings?: Readonly<Record<string, unknown>>;
	/** Variables of the editor's environment. */
	readonly variables?: Readonly<Record<string, string>>;
}

/** The window of a test file, there from its first test on. */
export interface TestWindow {
	readonly editor: EditorPage;
	readonly workspace: TemporaryWorkspace;
}

/**
 * Opens a window on a copy of the sample workspace before the tests of a file or a `describe`, and
 * closes it behind them. A test that fails leaves a picture and the text of the page.
 *
 * @param prepare makes what the window needs beside it
 * @param cleanUp removes that again, also where `prepare` failed half-way
 */
export function testWindow(
	prepare: (workspace: TemporaryWorkspace) => Promise<WindowNeeds>,
	cleanUp: () => Promise<unknown> = async () => {},
): TestWindow {
	let bench: WindowBench | undefined;
	let workspace: TemporaryWorkspace | undefined;
	let editor: EditorPage | undefined;

	beforeAll(async () => {
		workspace = await TemporaryWorkspace.create(projectRoot);
		const { machineSettings, variables } = await prepare(workspace);
		bench = await WindowBench.start(machineSettings, variables);
		editor = await bench.open(workspace);
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') {
			await editor?.dump(task.name.replaceAll(/\W+/g, '-'));
		}
	});

	afterAll(async () => {
		await editor?.close();
		await bench?.stop();
		await workspace?.remove();
		await cleanUp();
	});

	const there = <T>(part: T | undefined): T => {
		if (part === undefined) {
			throw new Error('the window is there only within tests');
		}
		return part;
	};
	return {
		get editor() {
			return there(editor);
		},
		get workspace() {
			return there(workspace);
		},
	};
}
