import type { ComponentChildren, JSX } from 'preact';
import type { DatasetSnapshot, DatasetState, FarDataset } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Icon, type IconName } from '../shared/components/icon';
import { AnnotationBanners } from './annotationBanners';
import type { DatasetPageModel } from './pageModel';

/** What a reader has to know about the dataset as a whole, above its rows. */
export function Banners(props: {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}): JSX.Element {
	const { model } = props;
	const { dataset } = props.snapshot;
	const problem = model.problem.value;
	return (
		<>
			{dataset.isChangedOnDisk && (
				<Banner kind="warning" icon="warning" testId="banner-changed">
					<span>The file was changed by something else, and there are unsaved edits here.</span>
					<Button onClick={() => void model.resolveChange('overwrite')}>Overwrite</Button>
					<Button onClick={() => void model.resolveChange('reload')}>Reload</Button>
					<Button onClick={() => void model.resolveChange('compare')}>Compare</Button>
				</Banner>
			)}
			{dataset.far && <FarBanner model={model} dataset={dataset} far={dataset.far} />}
			{dataset.copyOf && (
				<Banner kind="info" icon="note" testId="banner-copy">
					<span>
						A copy of {dataset.copyOf.source}, kept on {dataset.copyOf.keptAt.slice(0, 10)}.
					</span>
					<Button onClick={() => void model.mergeIntoSource()}>Merge into Its Source…</Button>
				</Banner>
			)}
			{dataset.error !== undefined && (
				<Banner kind="error" icon="warning" testId="banner-error">
					{dataset.error}
				</Banner>
			)}
			{dataset.fault !== undefined && (
				<Banner kind="warning" icon="warning" testId="banner-fault">
					The file is not whole: {dataset.fault}. Its rows can be read and edited all the same.
				</Banner>
			)}
			{dataset.readOnly !== undefined && (
				<Banner kind="info" icon="lock" testId="banner-read-only">
					{dataset.readOnly}
				</Banner>
			)}
			<AnnotationBanners model={model} state={dataset.annotations} />
			{problem !== undefined && (
				<Banner kind="error" icon="warning" testId="banner-problem">
					<span>{problem}</span>
					<Button onClick={() => (model.problem.value = undefined)}>Dismiss</Button>
				</Banner>
			)}
		</>
	);
}

/** Says that the link is down, or what is not known yet of rows that were not read. */
function FarBanner({
	model,
	dataset,
	far,
}: {
	readonly model: DatasetPageModel;
	readonly dataset: DatasetState;
	readonly far: FarDataset;
}): JSX.Element | null {
	if (far.lost !== undefined) {
		return (
			<Banner kind="warning" icon="warning" testId="banner-lost">
				<span>
					{far.lost} Rows that were read stay here, and so do your edits; it is tried again by
					itself.
				</span>
				<Button onClick={() => void model.reconnect()}>Try Now</Button>
			</Banner>
		);
	}
	const isWhole = dataset.isChecked || far.isReadingAll || !dataset.isIndexed;
	if (isWhole && !far.isSavedElsewhere) {
		return null;
	}
	const place = far.version === undefined ? far.place : `${far.place}, ${far.version}`;
	return (
		<Banner kind="info" icon={far.isSavedElsewhere ? 'lock' : 'note'} testId="banner-far">
			<span>
				On {place}: {far.isSavedElsewhere && 'edits are kept here until they are saved in a copy. '}
				{!isWhole && `${far.isSavedElsewhere ? 'Only' : 'only'} the rows in view are read. `}
				{!isWhole && 'Findings, search and labels need all of them.'}
			</span>
			{far.isSavedElsewhere && <Button onClick={() => void model.saveCopy()}>Save a Copy…</Button>}
			{!isWhole && <Button onClick={() => void model.readAll()}>Read All Rows…</Button>}
		</Banner>
	);
}

function Banner(props: {
	readonly kind: 'info' | 'warning' | 'error';
	readonly icon: IconName;
	readonly testId: string;
	readonly children: ComponentChildren;
}): JSX.Element {
	return (
		<div
			class={`ws-banner ws-banner-${props.kind}`}
			role={props.kind === 'info' ? 'note' : 'alert'}
			data-testid={props.testId}
		>
			<Icon name={props.icon} />
			{props.children}
		</div>
	);
}
