import * as vscode from 'vscode';
import { isHubLocation } from '../../core/dataset/hub/hubLocation';
import { hubUri } from '../datasetEditor/hubUri';

/** Where a dataset that was checked is opened from. */
export function datasetUri(source: string): vscode.Uri {
	return isHubLocation(source) ? hubUri(source) : vscode.Uri.file(source);
}
