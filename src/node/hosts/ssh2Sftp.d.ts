/** The file protocol of ssh2 as its own client builds it; @types/ssh2 leaves it out. */
declare module 'ssh2/lib/protocol/SFTP.js' {
	import type { SFTPWrapper } from 'ssh2';

	export interface SftpClient {
		readonly _protocol: {
			readonly _remoteIdentRaw: Buffer;
			channelData(id: number, data: Buffer): void;
			channelClose(id: number): void;
		};
	}

	interface Direction {
		readonly id: number;
		window: number;
		readonly packetSize: number;
		state: string;
	}

	/** `push` takes what the server sent, and null at its end. */
	export const SFTP: new (
		client: SftpClient,
		channel: { readonly type: string; readonly incoming: Direction; readonly outgoing: Direction },
	) => SFTPWrapper & { push(data: Buffer | null): void };
}
