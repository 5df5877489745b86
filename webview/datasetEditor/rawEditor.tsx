import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { prettyJson } from '../../src/core/dataset/edit/prettyJson';
import { rawFault, type RawFault } from '../../src/core/dataset/edit/rawRow';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { keepToField } from '../shared/fieldKeys';
import { keyName } from './keys';
import type { DatasetPageModel } from './pageModel';

/**
 * The row as text, to be edited as a whole. What is no JSON is kept back until the user insists; a
 * row that is broken already can be mended here.
 */
export function RawEditor(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
}): JSX.Element {
	const { model, detail } = props;
	const field = useRef<HTMLTextAreaElement>(null);
	const [fault, setFault] = useState<RawFault | undefined>(() => rawFault(detail.raw));
	const [isChanged, setChanged] = useState(false);
	if (detail.isRawCut || !model.rowEditor.canEdit) {
		return <RawText detail={detail} />;
	}
	const commit = async (allowBroken: boolean): Promise<void> => {
		const text = field.current?.value ?? detail.raw;
		const done = await model.rowEditor.change(
			{ kind: 'setRaw', text, allowBroken },
			'Row changed.',
			{ detail },
		);
		setChanged(!done);
	};
	const reset = (): void => {
		if (field.current) {
			field.current.value = detail.raw;
		}
		setFault(rawFault(detail.raw));
		setChanged(false);
	};
	const goToFault = (): void => {
		if (field.current && fault) {
			field.current.focus();
			field.current.setSelectionRange(fault.at, Math.min(fault.at + 1, field.current.value.length));
		}
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
			event.preventDefault();
			void commit(false);
		} else if (event.key === 'Escape') {
			event.preventDefault();
			reset();
		} else {
			keepToField(event);
		}
	};
	return (
		<div class="ws-raw-editor">
			<div class="ws-raw-bar">
				<Button
					appearance={isChanged && !fault ? 'primary' : 'secondary'}
					label={`Keep the change (${keyName('Ctrl+Enter')})`}
					testId="raw-commit"
					disabled={!isChanged || fault !== undefined}
					onClick={() => void commit(false)}
				>
					Apply
				</Button>
				<Button label="Give up the change (Escape)" disabled={!isChanged} onClick={reset}>
					Discard
				</Button>
				<Button
					label="Write the row over several lines, to read it; it is joined again when it is kept"
					testId="raw-format"
					disabled={fault !== undefined}
					onClick={() => {
						if (field.current) {
							field.current.value = prettyJson(field.current.value);
						}
					}}
				>
					Format
				</Button>
				{isChanged && fault && (
					<Button
						label="Keep the text though it is no JSON; the row stays broken"
						testId="raw-insist"
						onClick={() => void commit(true)}
					>
						Apply Broken
					</Button>
				)}
				{fault && (
					<span role="alert">
						<button
							class="ws-link ws-raw-fault"
							title="Go to the place"
							data-testid="raw-fault"
							onClick={goToFault}
						>
							Line {fault.line}, column {fault.column}: {fault.reason}
						</button>
					</span>
				)}
			</div>
			<textarea
				ref={field}
				key={detail.stamp}
				class="ws-text-editor ws-raw ws-raw-field"
				aria-label="The row as raw text. Control Enter keeps the change, Escape gives it up."
				data-testid="raw-json"
				spellcheck={false}
				defaultValue={detail.raw}
				onInput={event => {
					setFault(rawFault(event.currentTarget.value));
					setChanged(event.currentTarget.value !== detail.raw);
				}}
				onKeyDown={onKeyDown}
			/>
		</div>
	);
}

function RawText({ detail }: { readonly detail: RowDetail }): JSX.Element {
	return (
		<>
			{detail.isRawCut && (
				<p class="ws-muted">This row is very long; only its beginning is shown.</p>
			)}
			<pre class="ws-raw" tabIndex={0} data-testid="raw-json">
				{detail.raw}
			</pre>
		</>
	);
}
