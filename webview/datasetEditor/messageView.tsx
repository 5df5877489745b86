import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Block, EditableText, Message } from '../../src/core/dataset/example';
import type { RowId } from '../../src/core/dataset/overlay';
import { sentenceFor } from '../../src/core/dataset/findings/checks';
import type { TextSpan } from '../../src/core/responses/proseDiff';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { keepToField } from '../shared/fieldKeys';
import { JsonTree } from './jsonTree';
import { keyName } from './keys';
import { cutIn } from './lineEnds';
import {
	MessageActions,
	MessageRole,
	onMessageKey,
	SplitActions,
	splitChoices,
} from './messageActions';
import { FoldButton, FoldedLine } from './foldedMessage';
import { ImageBlock } from './imageBlock';
import { LongText } from './longText';
import { MessageSize } from './messageSize';
import { MessageText } from './messageText';
import type { DatasetPageModel, EditingPlace } from './pageModel';

interface MessageViewProps {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly message: Message;
	/** Number of the message in the example. */
	readonly index: number;
	/** The text of the first block in parts, with the words that differ from another reply. */
	readonly marked?: readonly TextSpan[];
	/** What stands beside the role: the mark of a step. */
	readonly aside?: JSX.Element;
}

/** One message: who speaks, and what was said, thought or called. */
export function MessageView(props: MessageViewProps): JSX.Element {
	const { model, message, index, detail } = props;
	const findings = detail.findings.filter(finding => finding.message === index);
	const [isActive, setActive] = useState(false);
	const [isFocused, setFocused] = useState(false);
	const isFolded = model.reading.isFolded(index);
	const element = useRef<HTMLElement>(null);
	const wanted = model.rowEditor.focus.value;
	useLayoutEffect(() => {
		if (wanted && 'message' in wanted && wanted.message === index) {
			model.rowEditor.focus.value = undefined;
			if (wanted.edit !== true) {
				element.current?.focus();
			}
		}
	}, [wanted]);
	const firstEditable = message.blocks.findIndex(isEditable);
	const edit = (): void => {
		if (isFolded) {
			model.reading.toggleFold(index);
		}
		if (firstEditable >= 0) {
			model.startEditing({ message: index, block: firstEditable });
		}
	};
	return (
		<article
			class={`ws-message ws-role-${message.role}${message.weight === 0 ? ' ws-unweighted' : ''}`}
			tabIndex={0}
			aria-label={`${message.writtenRole}, message ${index + 1}`}
			data-testid={`message-${index}`}
			data-message={index}
			onMouseEnter={() => setActive(true)}
			onMouseLeave={() => setActive(false)}
			onFocusIn={() => setFocused(true)}
			onFocusOut={event =>
				setFocused(event.currentTarget.contains(event.relatedTarget as Node | null))
			}
			onKeyDown={event => {
				if (event.target !== event.currentTarget) {
					return;
				}
				if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
					event.preventDefault();
					edit();
				} else {
					onMessageKey(event, { model, detail, index });
				}
			}}
			ref={element}
		>
			<header class="ws-message-header">
				<MessageRole model={model} detail={detail} message={message} index={index} />
				{message.name !== undefined && <span class="ws-muted">{message.name}</span>}
				{message.weight !== undefined && (
					<span class="ws-muted" title="How much the trainer is to learn from this message">
						weight {message.weight}
					</span>
				)}
				<MessageSize message={message} />
				{props.aside}
				{findings.map((finding, i) => (
					<span class="ws-message-finding" key={i}>
						<Icon name="warning" />
						{sentenceFor(finding)}
					</span>
				))}
				{(isActive || isFocused || isFolded) && (
					<span class="ws-message-tools">
						{(isActive || isFocused) && (
							<MessageActions model={model} detail={detail} index={index} />
						)}
						<FoldButton reading={model.reading} index={index} isFolded={isFolded} />
					</span>
				)}
			</header>
			{isFolded ? (
				<FoldedLine reading={model.reading} message={message} index={index} />
			) : (
				<>
					{message.blocks.map((block, i) => (
						<BlockView key={i} {...props} block={block} place={{ message: index, block: i }} />
					))}
					{message.extra && <JsonTree value={message.extra} />}
				</>
			)}
		</article>
	);
}

function isEditable(block: Block): boolean {
	return (block.kind === 'text' || block.kind === 'reasoning') && block.paths.length > 0;
}

function BlockView(
	props: MessageViewProps & { readonly block: Block; readonly place: EditingPlace },
): JSX.Element {
	const { block, place, model, detail } = props;
	const id = detail.summary.id;
	switch (block.kind) {
		case 'text': {
			const first = props.message.blocks.findIndex(({ kind }) => kind === 'text');
			const marked = place.block === first ? props.marked : undefined;
			return (
				<EditableBlock
					model={model}
					id={id}
					text={block}
					place={place}
					label="Message"
					marked={marked}
					splits={detail}
				/>
			);
		}
		case 'reasoning':
			return (
				<details class="ws-block" open>
					<summary>Reasoning</summary>
					<EditableBlock model={model} id={id} text={block} place={place} label="Reasoning" />
				</details>
			);
		case 'toolCall':
			return (
				<div class="ws-block">
					<div class="ws-block-title">
						Calls <code>{block.name}</code>
					</div>
					<pre class="ws-raw">{block.arguments}</pre>
				</div>
			);
		case 'image':
			return <ImageBlock model={model} image={block} />;
		case 'other':
			return (
				<div class="ws-block">
					<JsonTree value={block.raw} />
				</div>
			);
	}
}

/** A text that turns into a field on double click, on Enter or by its pencil. */
export function EditableBlock(props: {
	readonly model: DatasetPageModel;
	readonly id: RowId;
	readonly text: EditableText;
	readonly place: EditingPlace;
	readonly label: string;
	readonly marked?: readonly TextSpan[];
	/** The row, where the text may be split into two messages. */
	readonly splits?: RowDetail;
}): JSX.Element {
	const { model, text, place } = props;
	const editing = model.editing.value;
	const suffix = place.block === 0 ? `${place.message}` : `${place.message}-${place.block}`;
	if (editing?.message === place.message && editing.block === place.block) {
		return <TextEditor {...props} testId={`message-text-${suffix}`} />;
	}
	const canEdit = text.paths.length > 0 && model.snapshot.value?.dataset.readOnly === undefined;
	const start = (): void => model.startEditing(place);
	return (
		<div class="ws-text-block">
			<div class="ws-text" onDblClick={canEdit ? start : undefined}>
				<LongText
					reading={model.reading}
					name={suffix}
					text={text.text}
					render={shown => (
						<MessageText reading={model.reading} text={shown} marked={props.marked} />
					)}
				/>
			</div>
			{canEdit && (
				<Button
					appearance="icon"
					label={`Edit ${props.label.toLowerCase()} (double click)`}
					testId={`message-edit-${suffix}`}
					class="ws-edit-button"
					onClick={start}
				>
					<Icon name="edit" />
				</Button>
			)}
		</div>
	);
}

/** Ctrl+Enter or leaving it commits, Escape gives up, Ctrl+S commits and saves. */
function TextEditor(props: {
	readonly model: DatasetPageModel;
	readonly id: RowId;
	readonly text: EditableText;
	readonly label: string;
	readonly testId: string;
	readonly place: EditingPlace;
	readonly splits?: RowDetail;
}): JSX.Element {
	const { model, id, text, place } = props;
	const area = useRef<HTMLTextAreaElement>(null);
	const isDone = useRef(false);
	// The row below may become another one while its text is edited; the edit is of this one.
	const begun = useRef({ id, text, before: text.text, detail: props.splits });
	useLayoutEffect(() => {
		const field = area.current;
		if (field) {
			fitHeight(field);
			field.focus({ preventScroll: true });
			field.setSelectionRange(field.value.length, field.value.length);
			field.scrollIntoView({ block: 'nearest' });
		}
	}, []);
	const commit = async (): Promise<void> => {
		if (!isDone.current && area.current) {
			isDone.current = true;
			const { id: row, text: shown } = begun.current;
			await model.commit(row, shown, shown.text, area.current.value);
		}
	};
	const split = async (role: string | undefined): Promise<void> => {
		const { detail, before } = begun.current;
		if (isDone.current || !area.current || !detail || role === undefined) {
			return;
		}
		isDone.current = true;
		const cut = cutIn(before, area.current.value, area.current.selectionStart);
		const change = { kind: 'splitMessage', message: place.message, role, ...cut } as const;
		const focus = { message: place.message + 1 };
		isDone.current = await model.rowEditor.change(change, 'Message split.', { detail, focus });
	};
	const onKeyDown = async (event: KeyboardEvent): Promise<void> => {
		const command = event.ctrlKey || event.metaKey;
		if (event.key === 'Escape') {
			event.preventDefault();
			isDone.current = true;
			model.cancelEditing();
			model.rowEditor.focus.value = { message: place.message };
		} else if (command && event.shiftKey && event.key === 'Enter') {
			event.preventDefault();
			const { detail } = begun.current;
			await split(detail && splitChoices(detail, place.message)[0]);
		} else if (command && event.key === 'Enter') {
			event.preventDefault();
			await commit();
			model.rowEditor.focus.value = { message: place.message };
		} else if (command && event.key.toLowerCase() === 's') {
			// Saving before the text has reached the host would save the old one.
			event.preventDefault();
			event.stopPropagation();
			await commit();
			await model.save();
		} else {
			keepToField(event);
		}
	};
	return (
		<>
			<textarea
				ref={area}
				class="ws-text-editor"
				aria-label={`${props.label}. Control Enter keeps the change, Escape gives it up.`}
				data-testid={props.testId}
				defaultValue={text.text}
				spellcheck={false}
				onInput={event => fitHeight(event.currentTarget)}
				onBlur={() => void commit()}
				onKeyDown={event => void onKeyDown(event)}
			/>
			<div class="ws-text-editor-hint ws-muted">
				<span>{keyName('Ctrl+Enter')} keeps it, Escape gives it up</span>
				{props.splits && (
					<SplitActions
						model={model}
						detail={props.splits}
						index={place.message}
						onSplit={role => void split(role)}
					/>
				)}
			</div>
		</>
	);
}

function fitHeight(field: HTMLTextAreaElement): void {
	field.style.height = 'auto';
	field.style.height = `${field.scrollHeight + 2}px`;
}
