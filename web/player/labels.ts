import { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import type { TranslateDictionary } from 'media-chrome/dist/lang/en.js';
import { language, t } from '../texts/texts.ts';
import { addTranslation, setLanguage } from 'media-chrome/dist/utils/i18n.js';

/** What the player's own parts say in Korean; English they bring along. */
const KOREAN: TranslateDictionary = {
  'Start airplay': 'AirPlay 시작',
  'Stop airplay': 'AirPlay 중지',
  Audio: '오디오',
  Captions: '자막',
  'Enable captions': '자막 켜기',
  'Disable captions': '자막 끄기',
  'Start casting': '전송 시작',
  'Stop casting': '전송 중지',
  'Enter fullscreen mode': '전체 화면',
  'Exit fullscreen mode': '전체 화면 종료',
  Mute: '음소거',
  Unmute: '음소거 해제',
  Loop: '반복',
  'Enter picture in picture mode': 'PIP 모드 시작',
  'Exit picture in picture mode': 'PIP 모드 종료',
  Play: '재생',
  Pause: '일시정지',
  'Playback rate': '재생 속도',
  'Playback rate {playbackRate}': '재생 속도 {playbackRate}',
  Quality: '화질',
  'Seek backward': '뒤로',
  'Seek forward': '앞으로',
  Settings: '설정',
  Auto: '자동',
  'audio player': '오디오 플레이어',
  'video player': '동영상 플레이어',
  volume: '음량',
  seek: '탐색',
  'closed captions': '자막',
  'current playback rate': '현재 재생 속도',
  'playback time': '재생 시간',
  'media loading': '불러오는 중',
  settings: '설정',
  'audio tracks': '오디오 트랙',
  quality: '화질',
  play: '재생',
  pause: '일시정지',
  mute: '음소거',
  unmute: '음소거 해제',
  'chapter: {chapterName}': '챕터: {chapterName}',
  live: '실시간',
  Off: '끄기',
  'start airplay': 'AirPlay 시작',
  'stop airplay': 'AirPlay 중지',
  'start casting': '전송 시작',
  'stop casting': '전송 중지',
  'enter fullscreen mode': '전체 화면',
  'exit fullscreen mode': '전체 화면 종료',
  'enter picture in picture mode': 'PIP 모드 시작',
  'exit picture in picture mode': 'PIP 모드 종료',
  'seek to live': '실시간으로 이동',
  'playing live': '실시간 재생 중',
  'seek back {seekOffset} seconds': '{seekOffset}초 뒤로',
  'seek forward {seekOffset} seconds': '{seekOffset}초 앞으로',
  'Network Error': '네트워크 오류',
  'Decode Error': '디코딩 오류',
  'Source Not Supported': '지원하지 않는 형식',
  'Encryption Error': '암호화 오류',
  'A network error caused the media download to fail.': '네트워크 오류로 동영상을 내려받지 못했습니다.',
  'A media error caused playback to be aborted. The media could be corrupt or your browser does not support this format.':
    '미디어 오류로 재생이 중단되었습니다. 동영상이 손상되었거나 브라우저가 지원하지 않는 형식일 수 있습니다.',
  'An unsupported error occurred. The server or network failed, or your browser does not support this format.':
    '재생할 수 없습니다. 서버나 네트워크에 문제가 있거나 브라우저가 지원하지 않는 형식입니다.',
  'The media is encrypted and there are no keys to decrypt it.': '암호화된 동영상이며 해독할 키가 없습니다.',
  hour: '시간',
  hours: '시간',
  minute: '분',
  minutes: '분',
  second: '초',
  seconds: '초',
  '{time} remaining': '{time} 남음',
  '{currentTime} of {totalTime}': '{totalTime} 중 {currentTime}',
  'video not loaded, unknown time.': '동영상을 아직 불러오지 않았습니다.',
};

/** Which keys the player listens to. */
const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [[t.player.spaceKey, 'K'], t.player.keys.playPause],
  [['←', 'J'], t.player.keys.back],
  [['→', 'L'], t.player.keys.forward],
  [['↑'], t.player.keys.louder],
  [['↓'], t.player.keys.quieter],
  [['M'], t.player.keys.mute],
  [['F'], t.player.keys.fullscreen],
  [['C'], t.player.keys.captions],
  [['P'], t.player.keys.pictureInPicture],
  [['<'], t.player.keys.slower],
  [['>'], t.player.keys.faster],
];

const shortcutRow = ([keys, what]: (typeof SHORTCUTS)[number]): string =>
  `<div><dt>${keys.map((key) => `<kbd>${key.replace('<', '&lt;')}</kbd>`).join(' ')}</dt><dd>${what}</dd></div>`;

/** The dialog of the player brings its table in English only. */
const shortcutsTable = (): string => `
  <style>
    :host { position: absolute; inset: 0; z-index: 10; background: rgb(8 18 17 / 0.86); }
    #content { display: block; max-width: min(34rem, calc(100% - 2rem)); margin: auto; text-align: start; }
    #content { font: 0.9375rem var(--sans); }
    h2 { font-size: 1.125rem; margin: 0 0 0.75rem; }
    dl { margin: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem 2rem; }
    dl div { display: flex; justify-content: space-between; gap: 0.75rem; align-items: baseline; }
    dd { margin: 0; text-align: end; }
    dt { white-space: nowrap; }
    kbd { font: inherit; border: 1px solid rgb(255 255 255 / 0.35); border-radius: 4px; padding: 0 0.4em; }
  </style>
  <slot id="content"><h2>${t.player.shortcuts}</h2><dl>${SHORTCUTS.map(shortcutRow).join('')}</dl></slot>`;

addTranslation('ko', KOREAN);
setLanguage(language);
MediaKeyboardShortcutsDialog.getSlotTemplateHTML = shortcutsTable;
