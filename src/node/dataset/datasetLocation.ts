import { basename, extname, relative, resolve, sep } from 'node:path';
import { isHubLocation, withoutRevision } from '../../core/dataset/hub/hubLocation';

/** A dataset as it is named in `folder`: a path there, or a location of the Hub as it is. */
export function locationIn(folder: string, named: string): string {
	return isHubLocation(named) ? named : resolve(folder, named);
}

/** The dataset as a file in `folder` writes it: relative, with forward slashes. */
export function locationFrom(folder: string, location: string): string {
	return isHubLocation(location) ? location : relative(folder, location).split(sep).join('/');
}

/** What files that are made of a dataset are called after; it can stand in a file's name. */
export function stemOf(location: string): string {
	const name = basename(withoutRevision(location), extname(location));
	return isHubLocation(location)
		? name.replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '').replaceAll(/[-_.]+$/g, '') || 'dataset'
		: name;
}
