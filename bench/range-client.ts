import { connect } from 'node:net';
import { type RangeLoad, rangeLoadSchema, type RangeLoadResult } from './range-load.ts';

const HEAD_END = '\r\n\r\n';

/** Sends the requests of a range load on bare sockets that reuse their buffers, so that the client is not the bottleneck. */
async function run({ url, sizeBytes, rangeBytes, connections, seconds }: RangeLoad): Promise<RangeLoadResult> {
  const { hostname, port, host, pathname, search } = new URL(url);
  if (hostname !== '127.0.0.1') throw new Error(`${hostname} is not 127.0.0.1, the only host to put under load.`);
  const ranges = Math.floor(sizeBytes / rangeBytes);
  const started = performance.now();
  const until = seconds === undefined ? Infinity : started + seconds * 1000;
  let [sent, requests] = [0, 0];

  const nextRequest = (): string | undefined => {
    if (performance.now() >= until || (seconds === undefined && sent >= ranges)) return undefined;
    const start = (sent % ranges) * rangeBytes;
    sent += 1;
    return `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nRange: bytes=${start}-${start + rangeBytes - 1}${HEAD_END}`;
  };

  const runConnection = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let head = '';
    let remaining = 0;
    const receive = (length: number, buffer: Uint8Array): boolean => {
      let body = length;
      if (remaining === 0) {
        head += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString('latin1');
        const end = head.indexOf(HEAD_END);
        if (end === -1) return true;
        body = head.length - end - HEAD_END.length;
        remaining = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 206 ') || remaining !== rangeBytes) {
          reject(new Error(`${url.split('?')[0]} responded: ${head.slice(0, 200)}`));
          socket.destroy();
          return false;
        }
        head = '';
      }
      remaining -= body;
      if (remaining === 0) {
        requests += 1;
        send();
      }
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafe(256 * 1024), callback: receive },
    });
    const send = (): void => {
      const request = nextRequest();
      if (request !== undefined) socket.write(request);
      else socket.end(() => resolve());
    };
    socket.on('connect', send).on('error', reject);
    socket.on('close', () => reject(new Error(`${host} closed the connection`)));
    return promise;
  };

  await Promise.all(Array.from({ length: connections }, runConnection));
  return { requests, seconds: (performance.now() - started) / 1000 };
}

process.stdout.write(JSON.stringify(await run(rangeLoadSchema.parse(JSON.parse(process.argv[2] ?? '{}')))));
