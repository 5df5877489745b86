/** Where files are written, as `vscode.workspace.fs` does it. */
export interface WritableFiles<U> {
	stat(target: U): PromiseLike<unknown>;
	writeFile(target: U, content: Uint8Array): PromiseLike<void>;
	delete(target: U): PromiseLike<void>;
}

/** Writes a file; where that fails, no part of one stands where none was before. */
export async function writeWhole<U>(
	files: WritableFiles<U>,
	target: U,
	content: Uint8Array,
): Promise<void> {
	const exists = (): Promise<boolean> =>
		Promise.resolve(files.stat(target)).then(
			() => true,
			() => false,
		);
	const wasThere = await exists();
	try {
		await files.writeFile(target, content);
	} catch (error) {
		if (!wasThere && (await exists())) {
			// What counts is why it could not be written, also where it cannot be removed.
			await Promise.resolve(files.delete(target)).catch(() => {});
		}
		throw error;
	}
}
