// The benches start and access the laptop cloud exactly as the tests of the whole do.
import { spawnLaptopCloud, type LaptopCloudHandle } from '../test/support/laptop-cloud.ts';
import { connectTo, type CloudClients } from '../test/support/shared-cloud.ts';
import { requireFfmpeg } from './require-program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type BenchCloud = AsyncDisposable & CloudClients & Pick<LaptopCloudHandle, 'stateDirectory'>;

/**
 * Starts a separate laptop cloud on free ports of 127.0.0.1, stopped and removed with its state when the scope ends.
 *
 * @param env environment variables of its process, in addition to those of this one
 * @throws SkippedError without ffmpeg
 */
export async function startCloud(env: Readonly<Record<string, string>> = {}): Promise<BenchCloud> {
  requireFfmpeg();
  const state = temporaryDirectory();
  const handle = await spawnLaptopCloud({ stateDirectory: state.path, env });
  const kill = (): void => void handle.kill();
  // If this process is interrupted, the cloud must end before its state is removed.
  process.prependOnceListener('exit', kill);
  const clients = connectTo(state.path);
  return {
    ...clients,
    stateDirectory: state.path,
    [Symbol.asyncDispose]: async () => {
      clients.s3.destroy();
      clients.rdsData.destroy();
      await handle.stop();
      process.off('exit', kill);
      state[Symbol.dispose]();
    },
  };
}
