import { join } from 'node:path';

/** Where Windsock keeps its own files in the user's folder. Nothing is created by asking. */
export interface WorkspaceFolder {
	readonly root: string;
	/** `.windsock/runs`: one mirror folder per run. */
	readonly runs: string;
	/** `.windsock/comparisons`. */
	readonly comparisons: string;
	/** `.windsock/preferences`. */
	readonly preferences: string;
	/** `.windsock/project.yaml`. */
	readonly projectFile: string;
}

export function workspaceFolder(root: string): WorkspaceFolder {
	const own = join(root, '.windsock');
	return {
		root,
		runs: join(own, 'runs'),
		comparisons: join(own, 'comparisons'),
		preferences: join(own, 'preferences'),
		projectFile: join(own, 'project.yaml'),
	};
}
