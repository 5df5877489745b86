import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emitter } from '../../src/core/base/emitter';
import { WindsockError } from '../../src/core/base/errors';
import { silentLogger } from '../../src/core/base/logger';
import { err, ok } from '../../src/core/base/result';
import type { Host } from '../../src/core/hosts/host';
import type { HostDirectory } from '../../src/core/hosts/hostDirectory';
import { LocalHost } from '../../src/node/hosts/localHost';
import type { FollowerTiming } from '../../src/node/runs/runFollower';
import { readPackageSource } from '../../src/node/runs/packageSource';
import { createRunServices } from '../../src/node/runs/runServices';

export const remoteFolder = join(import.meta.dirname, '../../remote');

/** Stands where the trainer's interpreter is: real supervisor, real files, no training. */
const trainer = `#!/usr/bin/env python3
import json, os, sys, time
from pathlib import Path
if sys.argv[-1] == "push-plan":
    asked = json.load(sys.stdin)
    if asked["repo"] == "ada/refused":
        print(json.dumps({"error": {"code": "hubNoToken", "message": "not logged in"}}))
        raise SystemExit(1)
    print(json.dumps({"repo": asked["repo"], "url": "https://hub/" + asked["repo"], "user": "ada",
        "exists": False, "private": asked["private"], "card": "README.md", "bytes": 1234,
        "files": [{"path": "model.safetensors", "size": 1234}]}))
    raise SystemExit(0)
if sys.argv[-2] == "push":
    run = Path(sys.argv[-1])
    asked = json.loads((run / "spec.json").read_text())["push"]
    (run / "pushed.json").write_text(json.dumps({"repo": asked["repo"], "commit": "c" * 40,
        "url": "https://hub/" + asked["repo"], "bytes": 1234}))
    raise SystemExit(0)
if sys.argv[-2] not in ("train", "generate", "score", "merge"):
    # Supervising and following need no environment: the real thing does it.
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
from windsock_remote.run_files import RunFiles, mark_complete
files = RunFiles(Path(sys.argv[-1]))
spec = files.spec
if sys.argv[-2] == "merge":
    out = Path(spec["merge"]["out"])
    files.update_status(step=1, maxSteps=3, message="Merging the adapter")
    if (Path(spec["model"]["path"]) / "refuse").exists():
        raise SystemExit("it cannot be merged")
    while (Path(spec["model"]["path"]) / "wait").exists():
        time.sleep(0.02)
    out.mkdir()
    (out / "config.json").write_text("{}")
    mark_complete(out, {"step": spec["merge"]["step"]})
    raise SystemExit(0)
if sys.argv[-2] == "score":
    for line in Path(spec["score"]["answers"]["path"]).read_text().splitlines():
        asked = json.loads(line)
        words = asked["response"].split(" ")
        tokens = [(" " if at else "") + word for at, word in enumerate(words)] + ["</s>"]
        count = len(tokens)
        files.append_reward_map({
            **{name: asked[name] for name in ("promptId", "promptIndex", "sample", "model")},
            "tokens": tokens, "ids": list(range(count)), "ending": count - 1,
            "policy": [-1.0] * count, "again": [-1.001] * count,
            "reference": [-1.5 - at for at in range(count)],
            "policyTop": [[[" a", -0.5]]] * count, "referenceTop": [[[" b", -0.25]]] * count})
    raise SystemExit(0)
if sys.argv[-2] == "generate":
    for model in spec["generate"]["models"]:
        for index in range(spec["generate"]["prompts"]["count"]):
            files.append_response(model["label"], {
                "promptId": f"p{index}", "promptIndex": index, "response": "Ja — grün.",
                "messages": [{"role": "user", "content": "?"}], "finishReason": "stop",
                "tokens": {"prompt": 1, "response": 2}})
    raise SystemExit(0)
from windsock_remote.made_with import made_with
files.update_status(madeWith=made_with())
arguments = spec["train"]["arguments"]
steps = arguments.get("max_steps", 20)
for step in range(1, steps + 1):
    time.sleep(arguments.get("eval_delay", 0.002))
    files.append_metric(step, step / steps, "train", {"loss": 1 / step, "grad_norm": float("nan")})
    print(f"Schritt {step} von {steps} ü", flush=True)
    files.update_status(step=step, maxSteps=steps)
    if step == arguments.get("save_steps"):
        files.checkpoint_dir(step).mkdir(parents=True, exist_ok=True)
        files.mark_checkpoint_complete(step)
`;

/**
 * Puts the stand-in where the pinned environment belongs.
 *
 * @param text of another one, as a script
 */
export async function standInEnvironment(envRoot: string, text = trainer): Promise<void> {
	const { lockHash } = await readPackageSource(remoteFolder);
	const environment = join(envRoot, lockHash);
	mkdirSync(join(environment, 'bin'), { recursive: true });
	writeFileSync(join(environment, 'bin', 'python'), text);
	chmodSync(join(environment, 'bin', 'python'), 0o755);
	writeFileSync(join(environment, 'windsock-complete.json'), '{}');
}

/** A home folder in a temporary place whose trainer is a stand-in, reached as host `local`. */
export class PracticeHost {
	readonly folder = mkdtempSync(join(tmpdir(), 'windsock-practice-'));
	readonly home = join(this.folder, 'home');
	readonly workspace = join(this.folder, 'workspace');
	readonly host: Host;
	readonly hosts: HostDirectory;

	private constructor(wrap: (host: Host) => Host) {
		mkdirSync(this.home);
		mkdirSync(this.workspace);
		this.host = wrap(
			new LocalHost({
				shell: { file: '/usr/bin/env', args: [`HOME=${this.home}`, '/bin/sh', '-c'] },
				hasProcessGroups: true,
				home: this.home,
				nativePath: async path => (path.startsWith('~/') ? join(this.home, path.slice(2)) : path),
			}),
		);
		this.hosts = {
			onDidChange: new Emitter<void>().event,
			entries: async () => [{ name: 'local', address: 'here', source: 'local', also: [] }],
			get: async name =>
				name === 'local'
					? ok(this.host)
					: err(new WindsockError('hostUnknown', { host: name, known: 'local' })),
			settingsFor: () => ({}),
			transportOf: () => Promise.resolve(undefined),
			canonicalName: (name: string) => name,
		};
	}

	/** @param wrap puts something between the services and the host, to break or to count */
	static async create(wrap: (host: Host) => Host = host => host): Promise<PracticeHost> {
		const made = new PracticeHost(wrap);
		await standInEnvironment(join(made.home, '.windsock', 'envs'));
		return made;
	}

	/** Trains for true from now on, in the environment and with the model that the set-up made. */
	trainForTrue(): void {
		const own = join(this.home, '.windsock');
		rmSync(join(own, 'envs'), { recursive: true });
		for (const name of ['envs', 'models']) {
			symlinkSync(join(homedir(), '.windsock', name), join(own, name));
		}
	}

	/** Services of a new window on the same workspace. */
	services(timing?: FollowerTiming): ReturnType<typeof createRunServices> {
		return createRunServices({
			workspace: this.workspace,
			hosts: this.hosts,
			remoteFolder,
			version: '0.0.0',
			logger: silentLogger,
			...(timing === undefined ? {} : { timing }),
		});
	}

	/** Writes a recipe with one small dataset and returns its path. */
	recipe(lines: readonly string[] = []): string {
		const row = {
			messages: [
				{ role: 'user', content: 'Hi' },
				{ role: 'assistant', content: 'Yes.' },
			],
		};
		writeFileSync(join(this.workspace, 'sft.jsonl'), `${JSON.stringify(row)}\n`.repeat(3));
		const path = join(this.workspace, 'recipe.yaml');
		const name = lines.some(line => line.startsWith('name:')) ? [] : ['name: Try'];
		const text = ['method: sft', 'dataset_path: sft.jsonl', ...name, ...lines];
		writeFileSync(path, `${text.join('\n')}\n`);
		return path;
	}

	prompts(count = 3): string {
		const path = join(this.workspace, 'prompts.jsonl');
		const line = (i: number): string =>
			`${JSON.stringify({ id: `p${i}`, messages: [{ role: 'user', content: 'How?' }] })}\n`;
		writeFileSync(path, Array.from({ length: count }, (_, i) => line(i)).join(''));
		return path;
	}

	/** Ids of the run folders on the host. */
	get runFolders(): string[] {
		const runs = join(this.home, '.windsock', 'runs');
		return existsSync(runs) ? readdirSync(runs) : [];
	}

	runFile(runId: string, name: string): string {
		return join(this.home, '.windsock', 'runs', runId, name);
	}

	mirrorFile(runId: string, name: string): string {
		return join(this.workspace, '.windsock', 'runs', runId, name);
	}

	dispose(): void {
		this.host.dispose();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Resolves once the condition holds; rejects after 15 s or the `milliseconds` given. */
export async function until(condition: () => boolean, milliseconds = 15_000): Promise<void> {
	const deadline = performance.now() + milliseconds;
	while (!condition()) {
		if (performance.now() > deadline) {
			throw new Error(`still not so: ${condition.toString()}`);
		}
		await new Promise(resolve => setTimeout(resolve, 10));
	}
}
