import type { MediaController } from 'media-chrome/dist/media-controller.js';

const SEEK_SECONDS = 10;
const VOLUME_STEP = 0.1;
const SPEED_STEP = 0.25;
const MIN_SPEED = 0.25;
const MAX_SPEED = 2;
/** Assumed while the frame rate is unknown. */
const DEFAULT_FRAME_RATE = 30;

/** Part of the player that the shortcuts read and act on. */
export interface PlayerControls {
  readonly frameRate: number | null;
  /** State of the player by media-chrome's names. */
  readonly state: () => ReturnType<MediaController['mediaStore']['getState']>;
  /** Sends a request of media-chrome. https://www.media-chrome.org/docs/en/reference/media-store */
  readonly request: (type: string, detail?: number) => void;
}

type ShortcutName =
  | 'playPause'
  | 'back'
  | 'forward'
  | 'percent'
  | 'previousFrame'
  | 'nextFrame'
  | 'slower'
  | 'faster'
  | 'mute'
  | 'captions'
  | 'fullscreen'
  | 'pictureInPicture'
  | 'volumeUp'
  | 'volumeDown'
  | 'start'
  | 'end';

/** A shortcut of the player, as it works and as the table lists it. */
export interface Shortcut {
  readonly name: ShortcutName;
  /** Values of `KeyboardEvent.key`; letters in lower case. */
  readonly keys: readonly string[];
  /** Where it works: anywhere on the page, or only in the player since the page scrolls with these keys. */
  readonly scope: 'page' | 'player';
  /** Whether it repeats while the key is held. */
  readonly repeats?: boolean;
  readonly run: (player: PlayerControls, key: string) => void;
}

function seekTo(player: PlayerControls, seconds: number): void {
  const { mediaDuration = 0 } = player.state();
  if (Number.isFinite(mediaDuration) && mediaDuration > 0) {
    player.request('mediaseekrequest', Math.min(Math.max(seconds, 0), mediaDuration));
  }
}

function seekBy(player: PlayerControls, seconds: number): void {
  seekTo(player, (player.state().mediaCurrentTime ?? 0) + seconds);
}

/** Pauses and shows the frame that is `count` frames away. */
function stepFrames(player: PlayerControls, count: number): void {
  const rate = player.frameRate ?? DEFAULT_FRAME_RATE;
  const { mediaPaused = true, mediaCurrentTime = 0 } = player.state();
  if (!mediaPaused) player.request('mediapauserequest');
  // The middle of a frame, since its exact start may be rounded to the frame before.
  seekTo(player, (Math.floor(mediaCurrentTime * rate + 0.001) + count + 0.5) / rate);
}

function changeVolume(player: PlayerControls, by: number): void {
  const volume = (player.state().mediaVolume ?? 1) + by;
  player.request('mediavolumerequest', Math.min(Math.max(Math.round(volume * 100) / 100, 0), 1));
}

function changeSpeed(player: PlayerControls, by: number): void {
  const speed = (player.state().mediaPlaybackRate ?? 1) + by;
  player.request('mediaplaybackraterequest', Math.min(Math.max(speed, MIN_SPEED), MAX_SPEED));
}

/** All shortcuts of the player: the table and the keyboard are driven by this list. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    name: 'playPause',
    keys: [' ', 'k'],
    scope: 'page',
    run: (player) => player.request(player.state().mediaPaused === false ? 'mediapauserequest' : 'mediaplayrequest'),
  },
  {
    name: 'back',
    keys: ['ArrowLeft', 'j'],
    scope: 'page',
    repeats: true,
    run: (player) => seekBy(player, -SEEK_SECONDS),
  },
  {
    name: 'forward',
    keys: ['ArrowRight', 'l'],
    scope: 'page',
    repeats: true,
    run: (player) => seekBy(player, SEEK_SECONDS),
  },
  {
    name: 'percent',
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    scope: 'page',
    run: (player, key) => seekTo(player, ((player.state().mediaDuration ?? 0) * Number(key)) / 10),
  },
  { name: 'previousFrame', keys: [','], scope: 'page', repeats: true, run: (player) => stepFrames(player, -1) },
  { name: 'nextFrame', keys: ['.'], scope: 'page', repeats: true, run: (player) => stepFrames(player, 1) },
  { name: 'slower', keys: ['<'], scope: 'page', run: (player) => changeSpeed(player, -SPEED_STEP) },
  { name: 'faster', keys: ['>'], scope: 'page', run: (player) => changeSpeed(player, SPEED_STEP) },
  {
    name: 'mute',
    keys: ['m'],
    scope: 'page',
    run: (player) =>
      player.request(player.state().mediaVolumeLevel === 'off' ? 'mediaunmuterequest' : 'mediamuterequest'),
  },
  { name: 'captions', keys: ['c'], scope: 'page', run: (player) => player.request('mediatogglesubtitlesrequest') },
  {
    name: 'fullscreen',
    keys: ['f'],
    scope: 'page',
    run: (player) =>
      player.request(
        player.state().mediaIsFullscreen === true ? 'mediaexitfullscreenrequest' : 'mediaenterfullscreenrequest',
      ),
  },
  {
    name: 'pictureInPicture',
    keys: ['p'],
    scope: 'page',
    run: (player) => player.request(player.state().mediaIsPip === true ? 'mediaexitpiprequest' : 'mediaenterpiprequest'),
  },
  {
    name: 'volumeUp',
    keys: ['ArrowUp'],
    scope: 'player',
    repeats: true,
    run: (player) => changeVolume(player, VOLUME_STEP),
  },
  {
    name: 'volumeDown',
    keys: ['ArrowDown'],
    scope: 'player',
    repeats: true,
    run: (player) => changeVolume(player, -VOLUME_STEP),
  },
  { name: 'start', keys: ['Home'], scope: 'player', run: (player) => seekTo(player, 0) },
  { name: 'end', keys: ['End'], scope: 'player', run: (player) => seekTo(player, player.state().mediaDuration ?? 0) },
];

/** Key that opens the table of shortcuts. */
export const HELP_KEY = '?';

/**
 * Returns the key of a key press as the list names it: by the typed letter in Latin layouts, wherever its key is, and by
 * the position of the key in others, so that K also works in Hangul, where it types ㅏ. Case is ignored.
 */
export function toShortcutKey({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  const typed = /^\P{ASCII}$/u.test(key) ? code.replace('Key', '') : key;
  return typed.length === 1 ? typed.toLowerCase() : typed;
}

export function findShortcut(event: Pick<KeyboardEvent, 'key' | 'code'>): Shortcut | undefined {
  const key = toShortcutKey(event);
  return SHORTCUTS.find(({ keys }) => keys.includes(key));
}
