import type { Command } from 'commander';
import type { Act } from './act';
import { hostArgument } from './commandArguments';
import { gc } from './commands/gc';
import { doctor, hosts } from './commands/hosts';
import { queue } from './commands/queue';
import { retryAfterReboot } from './commands/retryAfterReboot';

export function addHostCommands(program: Command, act: Act): void {
	const command = program
		.command('hosts')
		.description('list this machine and the hosts of the ssh config, without connecting')
		.action((_options: unknown, own: Command) => act(own, services => hosts(services)));
	command
		.command('doctor')
		.description(
			'look at a host: GPUs, disks and quotas, Python, scheduler; exit 1 if runs cannot start',
		)
		.argument('<host>', hostArgument)
		.action((host: string, _options: unknown, own: Command) =>
			act(own, (services, output, signal) => doctor(services, output, host, signal)),
		);
	program
		.command('queue')
		.description('list who has the GPUs of a host and who waits; on a cluster your jobs')
		.argument('<host>', hostArgument)
		.action((host: string, _options: unknown, command: Command) =>
			act(command, (services, _output, signal) => queue(services, host, signal)),
		);
	program
		.command('retry-after-reboot')
		.description(
			'say the crontab line with which a host goes on with runs after a reboot; with --yes write it',
		)
		.argument('<host>', hostArgument)
		.option('--yes', 'write it')
		.option('--remove', 'take it out again')
		.action((host: string, options: { yes?: boolean; remove?: boolean }, command: Command) =>
			act(command, (services, _output, signal) =>
				retryAfterReboot(services, host, options, signal),
			),
		);
	program
		.command('gc')
		.description('say which uploads on a host no run names any more')
		.argument('<host>', hostArgument)
		.option('--yes', 'remove them')
		.action((host: string, options: { yes?: boolean }, command: Command) =>
			act(command, (services, output, signal) => gc(services, output, host, options, signal)),
		);
}
