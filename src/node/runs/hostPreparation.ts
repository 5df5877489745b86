import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { Host, OperationOptions } from '../../core/hosts/host';
import type { HostDirectory } from '../../core/hosts/hostDirectory';
import { hostLayout } from './hostLayout';
import { readPackageSource, type PackageSource } from './packageSource';
import type { PreparedHost } from './preparedHost';
import { tarArchive } from './tarArchive';

/**
 * $1: hash of the package, $2: interpreter, $3: folder of the pinned environment, empty where a
 * person chose the interpreter. Every answer begins with a word of our own.
 */
const look = `
printf 'windsock-home %s\\n' "$HOME"
[ -f "$HOME/.windsock/packages/$1/windsock_remote/__main__.py" ] && echo 'windsock-package'
case "$2" in '~/'*) python="$HOME/\${2#??}" ;; *) python="$2" ;; esac
command -v "$python" >/dev/null 2>&1 && echo 'windsock-python'
case "$3" in '~/'*) env="$HOME/\${3#??}" ;; *) env="$3" ;; esac
[ -f "$env/windsock-complete.json" ] && [ -x "$env/bin/python" ] &&
	printf 'windsock-interpreter %s\\n' "$env/bin/python"
printf 'windsock-free %s\\n' "$(df -Pk "$HOME" 2>/dev/null | awk 'NR == 2 { print $4 }')"
`;

/** $1: folder of the packages, $2: hash. The archive comes on standard input. */
const unpack = `
umask 077
mkdir -p "$1" || exit 1
new=$(mktemp -d "$1/.new-XXXXXX") || exit 1
if tar -xf - -C "$new"; then
	[ -d "$1/$2" ] || mv "$new" "$1/$2"
fi
rm -rf "$new"
[ -f "$1/$2/windsock_remote/__main__.py" ]
`;

/**
 * Brings the Python package to hosts, once per host and content. Remembers what it found, so a
 * second call for the same host costs nothing.
 */
export class HostPreparation {
	readonly #hosts: HostDirectory;
	readonly #remoteFolder: string;
	readonly #prepared = new Map<string, { readonly host: Host; readonly value: PreparedHost }>();
	#source: Promise<PackageSource> | undefined;

	/** @param remoteFolder the folder on this machine that holds `windsock_remote` */
	constructor(hosts: HostDirectory, remoteFolder: string) {
		this.#hosts = hosts;
		this.#remoteFolder = remoteFolder;
	}

	async prepare(hostName: string, options: OperationOptions = {}): Promise<Result<PreparedHost>> {
		const host = await this.#hosts.get(hostName);
		if (!host.ok) {
			return host;
		}
		const known = this.#prepared.get(hostName);
		if (known?.host === host.value) {
			return ok({ ...known.value, settings: this.#hosts.settingsFor(hostName) });
		}
		const prepared = await this.#prepareNew(host.value, options);
		if (prepared.ok) {
			this.#prepared.set(hostName, { host: host.value, value: prepared.value });
		}
		return prepared;
	}

	/** Looks again at the next call, because something that was there is gone. */
	forget(hostName: string): void {
		this.#prepared.delete(hostName);
	}

	async #prepareNew(host: Host, options: OperationOptions): Promise<Result<PreparedHost>> {
		this.#source ??= readPackageSource(this.#remoteFolder);
		const source = await this.#source;
		const settings = this.#hosts.settingsFor(host.name);
		// The environment's own interpreter starts at once; `python3` may be a shim that takes a while.
		const environment = `${settings.envRoot ?? '~/.windsock/envs'}/${source.lockHash}`;
		const words = ['sh', '-c', look, 'sh', source.hash, settings.python ?? 'python3'];
		words.push(settings.python === undefined ? environment : '');
		const looked = await host.exec(words, options);
		if (!looked.ok) {
			return looked;
		}
		const found = answers(looked.value.stdout);
		const home = found.get('windsock-home');
		if (home === undefined || !home.startsWith('/')) {
			const reason = looked.value.stderr.trim() || 'the shell does not name its home';
			return err(new WindsockError('remoteCommandFailed', { host: host.name, reason }));
		}
		const interpreter = found.get('windsock-interpreter');
		if (interpreter === undefined && !found.has('windsock-python')) {
			const reason = `no “${settings.python ?? 'python3'}” there`;
			return err(new WindsockError('noPython', { host: host.name, reason }));
		}
		const layout = hostLayout(home, settings);
		if (!found.has('windsock-package')) {
			const uploaded = await this.#upload(host, layout.packages, source, options);
			if (!uploaded.ok) {
				return uploaded;
			}
		}
		const free = Number.parseInt(found.get('windsock-free') ?? '', 10);
		return ok({
			host,
			settings,
			layout: interpreter === undefined ? layout : { ...layout, python: interpreter },
			packageHash: source.hash,
			lockHash: source.lockHash,
			...(Number.isFinite(free) ? { freeBytes: free * 1024 } : {}),
		});
	}

	async #upload(
		host: Host,
		packages: string,
		source: PackageSource,
		options: OperationOptions,
	): Promise<Result<void>> {
		const words = ['sh', '-c', unpack, 'sh', packages, source.hash];
		const done = await host.exec(words, { ...options, stdin: tarArchive(source.files) });
		if (!done.ok) {
			return done;
		}
		if (done.value.code !== 0) {
			const reason = done.value.stderr.trim().split('\n').at(-1) ?? '';
			const code = /no space|quota/i.test(reason) ? 'noSpace' : 'remoteCommandFailed';
			return err(new WindsockError(code, { host: host.name, reason }));
		}
		return ok();
	}
}

function answers(stdout: string): Map<string, string> {
	const found = new Map<string, string>();
	for (const line of stdout.split('\n')) {
		const match = /^(windsock-[a-z]+) ?(.*)$/.exec(line);
		if (match?.[1] !== undefined) {
			found.set(match[1], match[2] ?? '');
		}
	}
	return found;
}
