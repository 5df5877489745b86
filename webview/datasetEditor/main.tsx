import { render } from 'preact';
import type { DatasetHost, DatasetPage } from '../../src/protocol/datasetEditor';
import '../shared/base.css';
import { connectToHost, loadViewState, saveViewState } from '../shared/host';
import './answersView.css';
import './page.css';
import './rowList.css';
import './example.css';
import './messages.css';
import './preferencePair.css';
import './fields.css';
import './narrow.css';
import './editing.css';
import './findings.css';
import './query.css';
import './reading.css';
import './review.css';
import './statistics.css';
import './tokens/tokens.css';
import { DatasetEditor } from './datasetEditor';
import { listenToKeys } from './keys';
import { guardReviewKeys } from './reviewKeys';
import { DatasetPageModel, type HostChannel, type ViewState } from './pageModel';

const channel = connectToHost<DatasetPage, DatasetHost>(
	{},
	{
		snapshotReplaced: snapshot => void model.receive(snapshot),
		rowsAsked: asked => void model.showAsked(asked),
		reviewMoved: place => model.moveReview(place),
		reportAsked: () => void model.reviewing.showReport(),
		tokensChanged: view => model.tokens.receive(view),
	},
);
const host: HostChannel = {
	request: (method, params) => channel.request(method, params),
	notify: (method, params) => channel.notify(method, params),
};
const model = new DatasetPageModel(
	host,
	loadViewState<ViewState | undefined>(undefined),
	saveViewState,
);

const root = document.getElementById('root');
if (root) {
	render(<DatasetEditor model={model} />, root);
	listenToKeys(document, model);
	guardReviewKeys(document, model);
	channel.ready();
}
