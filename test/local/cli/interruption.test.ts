import { EventEmitter } from 'node:events';
import { InterruptedError, listenForInterruption } from '../../../local/cli/interruption.ts';

function listen() {
  const source = new EventEmitter();
  let now = 0;
  let impatient = 0;
  const interruption = listenForInterruption(
    () => void impatient++,
    source as never,
    () => now,
  );
  return { source, interruption, at: (time: number) => void (now = time), impatient: () => impatient };
}

test('aborts at the first signal and keeps listening, since npm may send it again', () => {
  const { source, interruption, at, impatient } = listen();
  at(5000);
  source.emit('SIGINT');
  expect(interruption.signal.reason).toBeInstanceOf(InterruptedError);
  at(5900);
  source.emit('SIGINT');
  source.emit('SIGTERM');
  expect(impatient()).toBe(0);
  expect(source.listenerCount('SIGINT')).toBe(1);
});

test('reports a later signal, by which the user no longer wants to wait', () => {
  const { source, at, impatient } = listen();
  source.emit('SIGINT');
  at(1500);
  source.emit('SIGINT');
  expect(impatient()).toBe(1);
});

test('stops listening when it is released', () => {
  const { source, interruption } = listen();
  interruption.release();
  expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
});
