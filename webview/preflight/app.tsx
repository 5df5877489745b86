import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PreflightSnapshot } from '../../src/protocol/preflight';
import { Button } from '../shared/components/button';
import { Icon } from '../shared/components/icon';
import { ProgressRing } from '../shared/components/progressRing';
import { DatasetTable } from './datasetTable';
import { EntryList } from './entryList';
import { DiskPart, MemoryPart } from './memoryPart';

export interface PreflightActions {
	open(index: number): void;
	fix(index: number): void;
	fixMemory(): void;
	check(withProbe: boolean): void;
	launch(): void;
}

interface PartProps {
	readonly snapshot: PreflightSnapshot;
	readonly actions: PreflightActions;
}

export function App(props: {
	readonly snapshot: ReadonlySignal<PreflightSnapshot | undefined>;
	readonly actions: PreflightActions;
}): JSX.Element {
	const snapshot = props.snapshot.value;
	if (snapshot === undefined) {
		return <div class="ws-empty">Nothing is known yet.</div>;
	}
	const { actions } = props;
	return (
		<main class="ws-preflight-page" data-testid="preflight-page">
			<Header snapshot={snapshot} actions={actions} />
			{snapshot.failure !== undefined && (
				<p class="ws-banner ws-banner-error" role="alert">
					<Icon name="warning" />
					<span>The check did not come to its end: {snapshot.failure}</span>
				</p>
			)}
			<div class="ws-preflight-body">
				<EntryList snapshot={snapshot} actions={actions} />
				<div class="ws-preflight-facts">
					{snapshot.memory && (
						<MemoryPart
							memory={snapshot.memory}
							onFix={() => actions.fixMemory()}
							onProbe={snapshot.isRunning ? undefined : () => actions.check(true)}
						/>
					)}
					{snapshot.disk && <DiskPart disk={snapshot.disk} />}
					<DatasetTable datasets={snapshot.datasets} />
					<Versions snapshot={snapshot} />
				</div>
			</div>
		</main>
	);
}

function Header({ snapshot, actions }: PartProps): JSX.Element {
	const { recipe, hostName, isRunning } = snapshot;
	const { kind, words } = verdictOf(snapshot);
	return (
		<header class="ws-preflight-header">
			<div class="ws-preflight-title">
				{isRunning ? (
					<ProgressRing label="Checking" />
				) : (
					<span class={`ws-verdict ws-verdict-${kind}`}>
						<Icon name={kind === 'good' ? 'keep' : 'warning'} />
					</span>
				)}
				<div>
					<h1>{words}</h1>
					<p class="ws-muted">
						{recipe} on {hostName}
						{!isRunning &&
							snapshot.seconds !== undefined &&
							` · checked in ${time(snapshot.seconds)}`}
					</p>
				</div>
			</div>
			<span class="ws-spacer" />
			{!isRunning && (
				<span class="ws-preflight-actions">
					<Button testId="check-again" onClick={() => actions.check(false)}>
						Check Again
					</Button>
					<Button
						appearance={kind === 'error' ? 'secondary' : 'primary'}
						testId="launch"
						onClick={() => actions.launch()}
					>
						Launch Training…
					</Button>
				</span>
			)}
		</header>
	);
}

function verdictOf({ entries, isRunning, failure }: PreflightSnapshot): {
	readonly kind: 'good' | 'warning' | 'error';
	readonly words: string;
} {
	const count = (severity: string): number =>
		entries.filter(entry => entry.severity === severity).length;
	const [errors, warnings] = [count('error'), count('warning')];
	const kinds = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
	if (errors > 0) {
		const more = warnings > 0 ? `, ${kinds(warnings, 'warning')}` : '';
		return {
			kind: 'error',
			words: `${kinds(errors, 'error')}${more}${isRunning ? ' so far' : ''}`,
		};
	}
	if (warnings > 0) {
		return {
			kind: 'warning',
			words: `${kinds(warnings, 'warning')}${isRunning ? ' so far' : ', nothing that stops it'}`,
		};
	}
	if (isRunning) {
		return { kind: 'good', words: 'Checking' };
	}
	return failure === undefined
		? { kind: 'good', words: 'Ready to train' }
		: { kind: 'warning', words: 'Checked in part' };
}

function Versions({ snapshot }: { readonly snapshot: PreflightSnapshot }): JSX.Element | null {
	return snapshot.versions.length === 0 ? null : (
		<section class="ws-fact">
			<h2>Versions</h2>
			<dl class="ws-versions">
				{snapshot.versions.map(([name, version]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{version}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}

function time(seconds: number): string {
	return seconds < 60
		? `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`
		: `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
