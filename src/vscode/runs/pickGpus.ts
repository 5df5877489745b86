import * as vscode from 'vscode';
import type { Result } from '../../core/base/result';
import type { GpuWish } from '../../core/training/gpuWish';
import { gpuUse } from '../../node/hosts/hostFindings';
import type { GpuQueue } from '../../node/runs/runControl';
import type { Notifications } from '../notifications';

type Choice = vscode.QuickPickItem & { readonly wish?: GpuWish; readonly uuid?: string };

/**
 * Which GPUs of a host a run shall have; not asked where it has none or only one can be meant.
 * `undefined`: declined. An empty answer: whatever the run sees, at once.
 */
export async function pickGpus(
	host: string,
	ask: (signal: AbortSignal) => Promise<Result<GpuQueue>>,
	notifications: Notifications,
): Promise<{ readonly gpus?: GpuWish } | undefined> {
	const queue = await notifications.progress(`Looking at the GPUs of ${host}`, (_, signal) =>
		ask(signal),
	);
	if (!queue.ok) {
		notifications.error(queue.error);
		return undefined;
	}
	const { gpus, waiting, binds } = queue.value;
	if (gpus.length === 0) {
		return {};
	}
	const line = waiting.length === 0 ? '' : ` · ${waiting.length} waiting before it`;
	const any: Choice = {
		label: 'Any free GPU',
		description: `waits while none is free${line}`,
		wish: { count: 1 },
	};
	const all: Choice = {
		label: `All ${gpus.length} GPUs`,
		description: `waits until all are free${line}`,
		wish: { count: gpus.length },
	};
	const cards = gpus.map((gpu): Choice => ({
		label: `GPU ${gpu.index ?? ''} · ${gpu.name}`,
		description: gpu.run
			? `${gpu.run.name} (${gpu.run.author ?? 'unknown'})`
			: gpu.idle
				? 'free'
				: 'busy',
		detail: gpuUse(gpu).join(' · '),
		uuid: gpu.uuid,
	}));
	const now: Choice = { label: 'Without waiting', description: 'takes what it sees, at once' };
	const picked = await vscode.window.showQuickPick(
		[any, ...(gpus.length > 1 ? [all] : []), ...cards, now],
		{
			ignoreFocusOut: true,
			title: 'Launch Training: GPUs',
			placeHolder: `Which GPUs to wait for? The order binds ${binds}`,
			matchOnDescription: true,
		},
	);
	if (!picked) {
		return undefined;
	}
	const wish = picked.wish ?? (picked.uuid === undefined ? undefined : { uuids: [picked.uuid] });
	return wish === undefined ? {} : { gpus: wish };
}
