import { findShortcut, HELP_KEY, SHORTCUTS, toShortcutKey, type PlayerControls } from '../../../web/player/shortcuts.ts';

type State = ReturnType<PlayerControls['state']>;

/** Presses a key and returns the requests that the player gets. */
function press(key: string, state: State = {}, frameRate: number | null = null): [type: string, detail?: number][] {
  const requests: [string, number?][] = [];
  const player: PlayerControls = {
    frameRate,
    state: () => ({ mediaDuration: 100, mediaCurrentTime: 50, mediaPaused: true, mediaVolume: 0.5, ...state }),
    request: (type, detail) => void requests.push(detail === undefined ? [type] : [type, detail]),
  };
  findShortcut({ key, code: '' })?.run(player, key);
  return requests;
}

function keyOf(key: string, code: string): string {
  return toShortcutKey({ key, code });
}

describe('keys', () => {
  test('are letters in capitals and in Hangul layouts', () => {
    expect([keyOf('k', 'KeyK'), keyOf('K', 'KeyK'), keyOf('ㅏ', 'KeyK')]).toEqual(['k', 'k', 'k']);
    expect([keyOf('ㅡ', 'KeyM'), keyOf('о', 'KeyJ')]).toEqual(['m', 'j']);
  });

  test('are the typed letter in Latin layouts, wherever its key is', () => {
    expect(findShortcut({ key: 'm', code: 'Semicolon' })?.name).toBe('mute');
    expect(findShortcut({ key: ',', code: 'KeyM' })?.name).toBe('previousFrame');
  });

  test('without a shortcut are left to the page', () => {
    for (const key of ['q', 'Enter', 'Tab', 'Escape', 'PageDown', 'Process', '/', '!']) {
      expect(findShortcut({ key, code: '' })).toBeUndefined();
    }
  });

  test('belong to one shortcut each, and none to the key of the table', () => {
    const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
    expect(new Set([...keys, HELP_KEY]).size).toBe(keys.length + 1);
    for (const { name, keys: own } of SHORTCUTS) {
      for (const key of own) expect(findShortcut({ key, code: '' })?.name).toBe(name);
    }
  });
});

describe('shortcuts', () => {
  test('each ask something of the player', () => {
    for (const key of SHORTCUTS.flatMap(({ keys }) => keys)) expect(press(key).length).toBeGreaterThan(0);
  });

  test('play and pause', () => {
    expect([press('k'), press(' ', { mediaPaused: false })]).toEqual([['mediaplayrequest'], ['mediapauserequest']].map((one) => [one]));
  });

  test('seek by ten seconds, within the video', () => {
    expect([press('j'), press('ArrowRight')].flat()).toEqual([
      ['mediaseekrequest', 40],
      ['mediaseekrequest', 60],
    ]);
    expect(press('ArrowLeft', { mediaCurrentTime: 3 })).toEqual([['mediaseekrequest', 0]]);
    expect(press('l', { mediaCurrentTime: 95 })).toEqual([['mediaseekrequest', 100]]);
  });

  test('seek to tenths, the start and the end', () => {
    expect(['0', '7', 'Home', 'End'].flatMap((key) => press(key))).toEqual([0, 70, 0, 100].map((to) => ['mediaseekrequest', to]));
  });

  test('step to the middle of the next or previous frame of a paused video', () => {
    // Frame 1250 of 25 frames per second begins at 50 seconds.
    expect(press('.', {}, 25)).toEqual([['mediaseekrequest', 1251.5 / 25]]);
    expect(press(',', {}, 25)).toEqual([['mediaseekrequest', 1249.5 / 25]]);
    expect(press('.', { mediaCurrentTime: 1251.5 / 25 }, 25)).toEqual([['mediaseekrequest', 1252.5 / 25]]);
    expect(press('.', { mediaPaused: false }, 25)[0]).toEqual(['mediapauserequest']);
  });

  test('change volume and speed within their bounds', () => {
    expect([press('ArrowUp'), press('ArrowDown')].flat()).toEqual([
      ['mediavolumerequest', 0.6],
      ['mediavolumerequest', 0.4],
    ]);
    expect(press('ArrowUp', { mediaVolume: 0.96 })).toEqual([['mediavolumerequest', 1]]);
    expect(press('>', { mediaPlaybackRate: 2 })).toEqual([['mediaplaybackraterequest', 2]]);
    expect(press('<', { mediaPlaybackRate: 1 })).toEqual([['mediaplaybackraterequest', 0.75]]);
  });

  test('toggle sound, fullscreen and picture-in-picture', () => {
    expect(press('m', { mediaVolumeLevel: 'high' })).toEqual([['mediamuterequest']]);
    expect(press('m', { mediaVolumeLevel: 'off' })).toEqual([['mediaunmuterequest']]);
    expect(press('f', { mediaIsFullscreen: true })).toEqual([['mediaexitfullscreenrequest']]);
    expect(press('p', { mediaIsPip: false })).toEqual([['mediaenterpiprequest']]);
  });

  test('do not seek while the duration is unknown', () => {
    expect(press('5', { mediaDuration: Number.NaN })).toEqual([]);
  });
});
