import type { Language } from '../../web/texts/language.ts';

/** Steps of a start. */
export type StartStep = 'load' | 'installFfmpeg' | 'buildApp' | 'createDatabase' | 'openDatabase' | 'deployStack';

interface StartTexts {
  readonly title: string;
  readonly lead: string;
  readonly failed: string;
  readonly failedLead: string;
  readonly stopped: string;
  readonly stoppedLead: string;
  readonly steps: Readonly<Record<StartStep, string>>;
  readonly resources: (done: number, total: number) => string;
  readonly running: string;
  readonly done: string;
}

export const START_TEXTS: Readonly<Record<Language, StartTexts>> = {
  en: {
    title: 'Sluice is starting',
    lead: 'This page reloads by itself as soon as everything is running.',
    failed: 'Sluice could not start',
    failedLead: 'See the terminal for details. This page reloads by itself once Sluice is running.',
    stopped: 'Sluice has stopped',
    stoppedLead: 'See the terminal for the reason. This page reloads by itself once Sluice is running again.',
    steps: {
      load: 'Loading the services',
      installFfmpeg: 'Installing ffmpeg',
      buildApp: 'Building the app',
      createDatabase: 'Creating the database',
      openDatabase: 'Opening the database',
      deployStack: 'Deploying the stacks',
    },
    resources: (done, total) => `${done} of ${total} resources`,
    running: 'in progress',
    done: 'done',
  },
  ko: {
    title: 'Sluice를 시작하는 중입니다',
    lead: '준비가 끝나면 이 페이지가 자동으로 열립니다.',
    failed: 'Sluice를 시작하지 못했습니다',
    failedLead: '자세한 내용은 터미널에 있습니다. 다시 시작되면 이 페이지가 자동으로 열립니다.',
    stopped: 'Sluice가 종료되었습니다',
    stoppedLead: '이유는 터미널에 있습니다. 다시 실행되면 이 페이지가 자동으로 열립니다.',
    steps: {
      load: '서비스 불러오기',
      installFfmpeg: 'ffmpeg 설치',
      buildApp: '앱 빌드',
      createDatabase: '데이터베이스 생성',
      openDatabase: '데이터베이스 열기',
      deployStack: '스택 배포',
    },
    resources: (done, total) => `리소스 ${total}개 중 ${done}개`,
    running: '진행 중',
    done: '완료',
  },
};
