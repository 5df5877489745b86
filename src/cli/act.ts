import type { Command } from 'commander';
import type { Result } from '../core/base/result';
import type { Answer, Output } from './output';
import type { Services } from './services';

export type Handler = (
	services: Services,
	output: Output,
	signal: AbortSignal,
) => Promise<Result<Answer>>;

/** Does what a command says, with the services of its workspace. */
export type Act = (command: Command, handler: Handler) => Promise<void>;
