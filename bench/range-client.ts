import { connect } from 'node:net';
import { type RangeLoad, rangeLoadSchema, type RangeLoadResult } from './range-load.ts';

const HEAD_END = '\r\n\r\n';

/** On bare sockets whose buffers are used again, so that the client is not what is measured. */
async function run({ url, sizeBytes, rangeBytes, connections, seconds }: RangeLoad): Promise<RangeLoadResult> {
  const { hostname, port, host, pathname, search } = new URL(url);
  if (hostname !== '127.0.0.1') throw new Error('Only this machine is put under load');
  const ranges = Math.floor(sizeBytes / rangeBytes);
  const started = performance.now();
  const until = seconds === undefined ? Infinity : started + seconds * 1000;
  let [asked, requests] = [0, 0];

  const nextRequest = (): string | undefined => {
    if (performance.now() >= until || (seconds === undefined && asked >= ranges)) return undefined;
    const start = (asked % ranges) * rangeBytes;
    asked += 1;
    return `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nRange: bytes=${start}-${start + rangeBytes - 1}${HEAD_END}`;
  };

  const ask = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let head = '';
    let left = 0;
    const take = (length: number, buffer: Uint8Array): boolean => {
      let body = length;
      if (left === 0) {
        head += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString('latin1');
        const end = head.indexOf(HEAD_END);
        if (end === -1) return true;
        body = head.length - end - HEAD_END.length;
        left = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 206 ') || left !== rangeBytes) {
          reject(new Error(`${url.split('?')[0]} answered: ${head.slice(0, 200)}`));
          socket.destroy();
          return false;
        }
        head = '';
      }
      left -= body;
      if (left === 0) {
        requests += 1;
        send();
      }
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafe(256 * 1024), callback: take },
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

  await Promise.all(Array.from({ length: connections }, ask));
  return { requests, seconds: (performance.now() - started) / 1000 };
}

process.stdout.write(JSON.stringify(await run(rangeLoadSchema.parse(JSON.parse(process.argv[2] ?? '{}')))));
