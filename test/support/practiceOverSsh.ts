import type { NodeHostDirectory } from '../../src/node/hosts/hostDirectory';
import { PracticeHost } from './practiceHost';
import { directoryFor } from './sshHosts';
import { SshServer } from './sshServer';
import { TcpProxy } from './tcpProxy';

/** A practice host, named `gpu1`, behind a real sshd and a proxy that delays, freezes and resets. */
export class PracticeOverSsh {
	readonly directory: NodeHostDirectory;

	private constructor(
		readonly practice: PracticeHost,
		readonly server: SshServer,
		readonly proxy: TcpProxy,
		/** The ssh config that names `gpu1`. */
		readonly configFile: string,
	) {
		this.directory = directoryFor(configFile);
	}

	static async start(): Promise<PracticeOverSsh> {
		const practice = await PracticeHost.create();
		const server = await SshServer.start({ config: [`SetEnv HOME=${practice.home}`] });
		const proxy = await TcpProxy.start(server.port);
		server.trust(proxy.port);
		const configFile = server.writeConfig('gpu1', [], proxy.port);
		return new PracticeOverSsh(practice, server, proxy, configFile);
	}

	async stop(): Promise<void> {
		this.directory.dispose();
		await this.proxy.stop();
		await this.server.stop();
		this.practice.dispose();
	}
}
