import type { JSX } from 'preact';
import type { MessageActions as Actions } from '../../src/core/dataset/edit/rowActions';
import type { Message } from '../../src/core/dataset/example';
import { roleOf } from '../../src/core/dataset/messageShapes';
import type { RowDetail } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon, type IconName } from '../shared/components/icon';
import { InlineSelect } from '../shared/components/inlineSelect';
import { keyName } from './keys';
import type { DatasetPageModel } from './pageModel';

interface MessagePlace {
	readonly model: DatasetPageModel;
	readonly detail: RowDetail;
	/** Number of the message in the example. */
	readonly index: number;
}

/** Who speaks; a list of the row's own words where that can be changed. */
export function MessageRole(props: MessagePlace & { readonly message: Message }): JSX.Element {
	const { model, detail, message, index } = props;
	const roles = actionsOf(detail, index)?.roles ?? [];
	if (roles.length === 0) {
		return <span class="ws-role">{message.writtenRole}</span>;
	}
	return (
		<InlineSelect
			class="ws-role"
			label={`Role of message ${index + 1}`}
			testId={`message-role-${index}`}
			value={message.writtenRole}
			options={roles}
			onChange={role =>
				void model.rowEditor.change({ kind: 'setRole', message: index, role }, `Role: ${role}.`, {
					focus: { message: index },
				})
			}
		/>
	);
}

type ActionName = 'up' | 'down' | 'merge' | 'addBefore' | 'addAfter' | 'remove';

/** What each action is called, in buttons and tooltips, and the key that does it. */
const described: Record<
	ActionName,
	{ readonly icon: IconName; readonly name: string; readonly keys: string }
> = {
	addBefore: { icon: 'add', name: 'Add message before', keys: 'Ctrl+Shift+Enter' },
	addAfter: { icon: 'add', name: 'Add message after', keys: 'Ctrl+Enter' },
	merge: { icon: 'merge', name: 'Merge with the next message', keys: 'M' },
	up: { icon: 'moveUp', name: 'Move message up', keys: 'Alt+↑' },
	down: { icon: 'moveDown', name: 'Move message down', keys: 'Alt+↓' },
	remove: { icon: 'trash', name: 'Remove message', keys: 'Delete' },
};

/** The buttons of a message. They are drawn when it is pointed at or has the focus. */
export function MessageActions(props: MessagePlace): JSX.Element | null {
	const { model, detail, index } = props;
	const actions = actionsOf(detail, index);
	if (!actions) {
		return null;
	}
	const shown = (['addAfter', 'merge', 'up', 'down', 'remove'] as const).filter(name =>
		isOffered(name, actions),
	);
	return (
		<span class="ws-message-actions" role="toolbar" aria-label={`Message ${index + 1}`}>
			{shown.map(name => {
				const { icon, keys } = described[name];
				const title =
					name === 'remove' && actions.remove === 'turn' ? removeTurn : described[name].name;
				return (
					<Button
						key={name}
						appearance="icon"
						label={`${title} (${keyName(keys)})`}
						testId={`message-${name}-${index}`}
						onClick={() => void act(model, name, index)}
					>
						<Icon name={icon} />
					</Button>
				);
			})}
		</span>
	);
}

const removeTurn = 'Remove this turn, the user’s message and its reply';

function actionsOf(detail: RowDetail, index: number): Actions | undefined {
	return detail.actions.messages[index];
}

function isOffered(name: ActionName, actions: Actions): boolean {
	switch (name) {
		case 'up':
			return actions.canMoveUp;
		case 'down':
			return actions.canMoveDown;
		case 'merge':
			return actions.canMerge;
		case 'addBefore':
			return actions.canAddBefore;
		case 'addAfter':
			return actions.canAddAfter;
		case 'remove':
			return actions.remove !== undefined;
	}
}

async function act(model: DatasetPageModel, name: ActionName, index: number): Promise<void> {
	const { rowEditor } = model;
	const message = index;
	switch (name) {
		case 'up':
		case 'down': {
			const by = name === 'up' ? -1 : 1;
			await rowEditor.change({ kind: 'moveMessage', message, by }, `Message moved ${name}.`, {
				focus: { message: index + by },
			});
			return;
		}
		case 'merge':
			await rowEditor.change({ kind: 'mergeMessages', message }, 'Messages merged.', {
				focus: { message },
			});
			return;
		case 'addBefore':
		case 'addAfter': {
			const where = name === 'addBefore' ? 'before' : 'after';
			await rowEditor.change({ kind: 'addMessage', message, where }, 'Message added.', {
				focus: { message: where === 'before' ? index : index + 1, edit: true },
			});
			return;
		}
		case 'remove':
			await rowEditor.change({ kind: 'removeMessage', message }, 'Message removed.', {
				focus: { message: Math.max(0, index - 1) },
			});
	}
}

/** Keys of a message that has the focus itself. */
export function onMessageKey(event: KeyboardEvent, { model, detail, index }: MessagePlace): void {
	const command = event.ctrlKey || event.metaKey;
	const name: ActionName | undefined =
		event.altKey && event.key === 'ArrowUp'
			? 'up'
			: event.altKey && event.key === 'ArrowDown'
				? 'down'
				: command && event.key === 'Enter'
					? event.shiftKey
						? 'addBefore'
						: 'addAfter'
					: !command && !event.altKey && event.key === 'm'
						? 'merge'
						: event.key === 'Delete'
							? 'remove'
							: undefined;
	const actions = actionsOf(detail, index);
	if (name && actions && isOffered(name, actions)) {
		event.preventDefault();
		event.stopPropagation();
		void act(model, name, index);
	} else if (name && actions && isFieldOfItsOwn(actions)) {
		event.preventDefault();
		event.stopPropagation();
		model.problem.value = oneTextEach;
	}
}

/** Why nothing can be added to a row whose fields hold one text each. */
export const oneTextEach =
	'Each text of this row is a field of its own: it can be edited, but no message can be added, moved or removed.';

/** Whether the form of the row fixes its messages, wherever they stand. */
export function isFieldOfItsOwn(actions: Actions): boolean {
	return !actions.canAddBefore && !actions.canAddAfter && actions.remove === undefined;
}

/**
 * Under a text that is edited: where to cut it in two. Pressing a button must not take the focus
 * from the text, which would end the editing.
 */
export function SplitActions(
	props: MessagePlace & { readonly onSplit: (role: string) => void },
): JSX.Element | null {
	const { detail, index } = props;
	const roles = splitChoices(detail, index);
	if (roles.length === 0) {
		return null;
	}
	return (
		<span class="ws-split-actions" onMouseDown={event => event.preventDefault()}>
			{roles.map((role, i) => (
				<Button
					key={role}
					appearance="icon"
					label={`Split at the cursor: what follows is said by ${role}${i === 0 ? ` (${keyName('Ctrl+Shift+Enter')})` : ''}`}
					testId={`message-split-${role}-${index}`}
					class="ws-split-button"
					onClick={() => props.onSplit(role)}
				>
					<Icon name="split" />
					Split: {role}
				</Button>
			))}
		</span>
	);
}

/** Roles for the second part: the other speaker first, then the same. */
export function splitChoices(detail: RowDetail, index: number): string[] {
	const roles = actionsOf(detail, index)?.splitRoles ?? [];
	const { example } = detail;
	const messages =
		example.kind === 'messages'
			? example.messages
			: example.kind === 'preference'
				? [...example.prompt, ...example.chosen, ...example.rejected]
				: [];
	const message = messages[index];
	if (!message || roles.length === 0) {
		return [];
	}
	const wanted = message.role === 'user' ? 'assistant' : 'user';
	const other = roles.find(role => roleOf(role) === wanted);
	const same = roles.includes(message.writtenRole) ? [message.writtenRole] : [];
	return [...(other === undefined ? [] : [other]), ...same];
}
