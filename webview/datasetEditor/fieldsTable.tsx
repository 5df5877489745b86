import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Example, Field } from '../../src/core/dataset/example';
import { findValue, type JsonPath } from '../../src/core/dataset/jsonScanner';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { keepToField } from '../shared/fieldKeys';
import { JsonTree } from './jsonTree';
import type { DatasetPageModel } from './pageModel';

interface FieldsProps {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly example: Extract<Example, { fields: readonly Field[] }>;
}

/** Fields of the row that are no part of the dialogue, each to be edited in its place. */
export function FieldsTable({ model, detail, example }: FieldsProps): JSX.Element | null {
	const canEdit = model.rowEditor.canEdit && detail.actions.canAddField;
	if (example.fields.length === 0 && !canEdit) {
		return null;
	}
	return (
		<section class="ws-fields" aria-label="Other fields">
			{example.fields.map(({ name, value, path = [name] }) => (
				<div class="ws-field" key={name}>
					<span class="ws-field-name" title={name}>
						{name}
					</span>
					<Value model={model} detail={detail} path={path} value={value} />
					{canEdit && (
						<Button
							appearance="icon"
							label={`Remove field ${name}`}
							testId={`field-remove-${name}`}
							class="ws-field-remove"
							onClick={() =>
								void model.rowEditor.change({ kind: 'removeField', path }, `Field ${name} removed.`)
							}
						>
							<Icon name="trash" />
						</Button>
					)}
				</div>
			))}
			{canEdit && <NewField model={model} />}
		</section>
	);
}

function Value(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly path: JsonPath;
	readonly value: unknown;
}): JSX.Element {
	const { model, detail, path, value } = props;
	if (typeof value === 'object' && value !== null) {
		return (
			<JsonTree
				value={value}
				path={path}
				leaf={(at, inner) => <ScalarValue model={model} detail={detail} path={at} value={inner} />}
			/>
		);
	}
	return <ScalarValue model={model} detail={detail} path={path} value={value} />;
}

/** A text, number, true, false or null, shown as it is written; a click makes it a field. */
export function ScalarValue(props: {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	readonly path: JsonPath;
	readonly value: unknown;
	readonly label?: string;
}): JSX.Element {
	const { model, detail, path, value } = props;
	const [isEditing, setEditing] = useState(false);
	const name = props.label ?? path.join('.');
	const text = useMemo(
		() => (typeof value === 'string' ? value : (tokenAt(detail.raw, path) ?? String(value))),
		[detail.raw, name, value],
	);
	if (!model.rowEditor.canEdit || detail.isRawCut) {
		return <span class="ws-field-value">{text}</span>;
	}
	if (isEditing) {
		const change = async (typed: string): Promise<void> => {
			setEditing(false);
			if (typed !== text) {
				const made = { kind: 'setScalar', path, typed } as const;
				await model.rowEditor.change(made, `${name} changed.`, { detail });
			}
		};
		return (
			<ValueEditor
				text={text}
				label={name}
				onCommit={typed => void change(typed)}
				onCancel={() => setEditing(false)}
			/>
		);
	}
	return (
		<button
			class={`ws-field-value ws-value-button ws-json-${value === null ? 'null' : typeof value}`}
			title={`Edit ${name}`}
			data-testid={`value-${path.join('.')}`}
			onClick={() => setEditing(true)}
		>
			{text === '' ? <em class="ws-muted">empty</em> : text}
		</button>
	);
}

/** Enter or leaving it commits, Escape gives up; a text of several lines keeps them. */
function ValueEditor(props: {
	readonly text: string;
	readonly label: string;
	readonly onCommit: (typed: string) => void;
	readonly onCancel: () => void;
}): JSX.Element {
	const field = useRef<HTMLTextAreaElement>(null);
	const isDone = useRef(false);
	useLayoutEffect(() => {
		field.current?.focus();
		field.current?.select();
	}, []);
	const end = (commit: boolean): void => {
		if (!isDone.current) {
			isDone.current = true;
			if (commit && field.current) {
				props.onCommit(field.current.value);
			} else {
				props.onCancel();
			}
		}
	};
	return (
		<textarea
			ref={field}
			class="ws-text-editor ws-value-editor"
			rows={Math.min(8, props.text.split('\n').length)}
			aria-label={`${props.label}. Enter keeps the change, Escape gives it up.`}
			data-testid="value-editor"
			spellcheck={false}
			defaultValue={props.text}
			onBlur={() => end(true)}
			onKeyDown={event => {
				if (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey)) {
					event.preventDefault();
					end(event.key === 'Enter');
				} else {
					keepToField(event);
				}
			}}
		/>
	);
}

/** A name and a value; what is no JSON is taken for a text. */
function NewField({ model }: { readonly model: DatasetPageModel }): JSX.Element {
	const [isOpen, setOpen] = useState(false);
	const name = useRef<HTMLInputElement>(null);
	const value = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => name.current?.focus(), [isOpen]);
	if (!isOpen) {
		return (
			<button class="ws-link ws-add-field" data-testid="field-add" onClick={() => setOpen(true)}>
				Add field
			</button>
		);
	}
	const add = async (): Promise<void> => {
		const made = {
			kind: 'addField',
			path: [],
			name: name.current?.value ?? '',
			typed: value.current?.value ?? '',
		} as const;
		if (await model.rowEditor.change(made, `Field ${made.name} added.`)) {
			setOpen(false);
		}
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		if (event.key === 'Enter' || event.key === 'Escape') {
			event.preventDefault();
			void (event.key === 'Enter' ? add() : setOpen(false));
		} else {
			keepToField(event);
		}
	};
	return (
		<div class="ws-field ws-new-field">
			<input
				ref={name}
				class="ws-text-editor"
				placeholder="name"
				aria-label="Name of the new field"
				data-testid="field-name"
				onKeyDown={onKeyDown}
			/>
			<input
				ref={value}
				class="ws-text-editor"
				placeholder="value: JSON or text"
				aria-label="Value of the new field, JSON or text"
				data-testid="field-value"
				onKeyDown={onKeyDown}
			/>
			<Button label="Add the field (Enter)" testId="field-commit" onClick={() => void add()}>
				Add
			</Button>
			<Button label="Give up (Escape)" onClick={() => setOpen(false)}>
				Cancel
			</Button>
		</div>
	);
}

/** The spelling of a value in the row: 1.0 is not 1. */
function tokenAt(raw: string, path: JsonPath): string | undefined {
	const bytes = new TextEncoder().encode(raw);
	const range = findValue(bytes, path);
	return range && new TextDecoder().decode(bytes.subarray(range.start, range.end));
}
