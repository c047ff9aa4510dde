import { mapStepFailures } from '../../lambdas/contracts/steps.ts';
import type { KnownCode, ProblemText } from './problems-en.ts';

export const problemsKo: Record<KnownCode, ProblemText> = {
  empty_file: { what: '빈 파일입니다.', next: '파일이 완전한지 확인한 뒤 다시 업로드해 주세요.' },
  not_a_video: {
    what: '동영상이 아니거나 지원하지 않는 형식의 파일입니다.',
    next: 'MP4, MOV, MKV, WebM 또는 MPEG-TS로 내보낸 뒤 업로드해 주세요.',
  },
  playlist_not_media: {
    what: '재생 목록처럼 다른 파일에 있는 미디어를 가리키기만 하는 파일입니다.',
    next: '동영상 파일을 직접 업로드해 주세요.',
  },
  incomplete_file: {
    what: '파일이 완전하지 않습니다. 녹화나 복사가 중간에 끊긴 것 같습니다.',
    next: '완전한 파일을 업로드해 주세요.',
  },
  missing_index: {
    what: '파일에 인덱스가 없습니다. 녹화가 정상적으로 종료되지 않으면 이런 문제가 생깁니다.',
    next: '파일을 복구하거나 다시 내보낸 뒤 업로드해 주세요.',
  },
  damaged_file: { what: '파일이 손상되어 디코딩할 수 없습니다.', next: '원본에서 다시 내보낸 뒤 업로드해 주세요.' },
  no_video_track: {
    what: '비디오 트랙 없이 오디오나 데이터만 있는 파일입니다.',
    next: '비디오 트랙이 있는 파일을 업로드해 주세요.',
  },
  unsupported_codec: {
    what: '인코더가 지원하지 않는 비디오 코덱입니다.',
    next: 'H.264 또는 H.265 코덱의 MP4로 내보낸 뒤 업로드해 주세요.',
  },
  unsupported_size: {
    what: '동영상의 가로 또는 세로 크기가 너무 작거나 너무 큽니다.',
    next: '가로와 세로가 각각 32~8,192픽셀이 되도록 내보낸 뒤 업로드해 주세요.',
  },
  source_missing: { what: '처리하기 전에 파일이 삭제되었습니다.', next: '다시 업로드해 주세요.' },
  source_archived: {
    what: '파일이 보관용 저장소에 있어 읽을 수 없습니다.',
    next: '관리자에게 파일 복원을 요청한 뒤 다시 시도하거나 파일을 다시 업로드해 주세요.',
  },
  price_cap_reached: {
    what: '이 동영상을 인코딩하면 동영상 한 편 또는 하루의 비용 한도를 넘습니다.',
    next: '내일 다시 시도하거나 관리자에게 한도를 올려 달라고 요청해 주세요.',
  },
  encoder_error: {
    what: '오류가 발생해 인코딩이 중단되었습니다.',
    next: '나중에 다시 시도해 주세요. 계속 실패하면 관리자에게 인코딩 작업 확인을 요청해 주세요.',
  },
  output_incomplete: {
    what: '인코딩한 동영상에 빠진 부분이 있습니다.',
    next: '나중에 다시 시도해 주세요. 계속 실패하면 관리자에게 인코딩 작업 확인을 요청해 주세요.',
  },
  encoder_denied: {
    what: '인코더에 파일을 읽거나 동영상을 저장할 권한이 없습니다.',
    next: '관리자에게 인코더 권한 확인을 요청한 뒤 다시 시도해 주세요.',
  },
  encoder_refused: {
    what: '인코더가 이 파일의 인코딩 설정을 받아들이지 않았습니다.',
    next: '관리자에게 인코딩 작업 확인을 요청해 주세요.',
  },
  encoder_canceled: { what: '인코딩이 끝나기 전에 취소되었습니다.', next: '다시 시도해 주세요.' },
  encoder_timeout: { what: '동영상 길이에 비해 인코딩이 너무 오래 걸려 중단했습니다.', next: '다시 시도해 주세요.' },
  processing_timeout: { what: '마지막 처리 단계가 제시간에 끝나지 않았습니다.', next: '다시 시도해 주세요.' },
  transcode_failed: { what: '업로드한 파일을 인코더에 전달하지 못했습니다.', next: '잠시 후 다시 시도해 주세요.' },
  ...mapStepFailures(({ failure }) => failure.ko),
  invalid_request: { what: '입력한 값 중 올바르지 않은 것이 있습니다.', next: '확인한 뒤 다시 시도해 주세요.' },
  malformed_json: { what: '요청이 제대로 전달되지 않았습니다.', next: '페이지를 새로 고친 뒤 다시 시도해 주세요.' },
  unauthenticated: { what: '로그인이 필요합니다.', next: '로그인한 뒤 다시 시도해 주세요.' },
  invalid_token: { what: '세션이 만료되었습니다.', next: '다시 로그인해 주세요.' },
  forbidden: { what: '이 작업을 할 권한이 없습니다.', next: '팀 관리자에게 권한을 요청해 주세요.' },
  direct_request: {
    what: '사이트가 서버에 제대로 연결되지 않았습니다.',
    next: '몇 분 뒤에 다시 시도해 주세요. 계속되면 관리자에게 문의해 주세요.',
  },
  not_found: { what: '찾을 수 없습니다.', next: '삭제되었을 수 있습니다. 이전 페이지로 돌아가 다시 시도해 주세요.' },
  video_not_found: { what: '동영상을 찾을 수 없습니다.', next: '삭제되었거나 비공개로 바뀌었을 수 있습니다.' },
  upload_not_found: { what: '업로드를 찾을 수 없습니다.', next: '파일을 다시 업로드해 주세요.' },
  method_not_allowed: { what: '여기서는 할 수 없는 작업입니다.', next: '페이지를 새로 고친 뒤 다시 시도해 주세요.' },
  video_not_ready: { what: '아직 재생할 수 없는 동영상입니다.', next: '처리가 끝날 때까지 기다려 주세요.' },
  video_withdrawn: { what: '게시가 중단된 동영상입니다.', next: '재생하려면 다시 게시하세요.' },
  not_failed: { what: '처리에 실패한 동영상만 다시 시도할 수 있습니다.', next: '현재 상태를 확인해 주세요.' },
  upload_incomplete: { what: '파일의 일부가 누락되었습니다.', next: '다시 시도하면 누락된 부분만 전송합니다.' },
  upload_size_wrong: {
    what: '업로드된 크기가 원래 파일과 다릅니다.',
    next: '업로드하는 동안 파일이 변경되었을 수 있습니다. 이 업로드를 삭제하고 파일을 다시 업로드해 주세요.',
  },
  upload_completed: { what: '이미 완료된 업로드입니다.', next: '필요 없는 동영상이라면 삭제해 주세요.' },
  upload_expired: { what: '업로드가 기한 안에 끝나지 않았습니다.', next: '파일을 다시 업로드해 주세요.' },
  request_in_progress: { what: '아직 처리 중인 요청입니다.', next: '잠시 후 다시 확인해 주세요.' },
  body_too_large: { what: '텍스트가 너무 깁니다.', next: '내용을 줄여서 다시 시도해 주세요.' },
  unsupported_media_type: { what: '요청이 제대로 전달되지 않았습니다.', next: '페이지를 새로 고친 뒤 다시 시도해 주세요.' },
  idempotency_key_reused: {
    what: '같은 요청이 다른 내용으로 이미 접수되었습니다.',
    next: '페이지를 새로 고친 뒤 다시 시도해 주세요.',
  },
  system_file: {
    what: '동영상이 아니라 운영체제가 만든 파일입니다.',
    next: '이 업로드를 삭제해 주세요. 함께 있는 동영상에는 필요하지 않은 파일입니다.',
  },
  too_many_uploads: {
    what: '완료되지 않은 업로드가 너무 많습니다.',
    next: '일부가 끝날 때까지 기다리거나 필요 없는 업로드를 취소해 주세요.',
  },
  internal_error: { what: '서버에 문제가 발생했습니다.', next: '잠시 후 다시 시도해 주세요.' },
  catalog_resuming: { what: '서버를 시작하고 있습니다.', next: '30초 후에 다시 시도해 주세요.' },
  sign_in_unavailable: { what: '지금은 로그인 상태를 확인할 수 없습니다.', next: '잠시 후 다시 시도해 주세요.' },
  too_many_requests: { what: '짧은 시간에 너무 많은 요청을 보냈습니다.', next: '잠시 후 다시 시도해 주세요.' },
  offline: { what: '서버에 연결할 수 없습니다.', next: '인터넷 연결을 확인한 뒤 다시 시도해 주세요.' },
  unexpected_answer: { what: '서버에서 예상하지 못한 응답을 보냈습니다.', next: '잠시 후 다시 시도해 주세요.' },
  unreadable_file: {
    what: '파일을 더 이상 읽을 수 없습니다.',
    next: '파일이 이동되었거나 변경되었을 수 있습니다. 이 업로드를 삭제하고 파일을 다시 선택해 주세요.',
  },
  not_playing: { what: '동영상을 불러오지 못했습니다.', next: '인터넷 연결을 확인한 뒤 다시 시도해 주세요.' },
  storage_refused: {
    what: '저장소에서 파일을 거부했습니다.',
    next: '다시 시도해 주세요. 계속 거부되면 관리자에게 문의해 주세요.',
  },
  storage_blocked: {
    what: '브라우저가 이 사이트의 데이터를 저장하지 않아 로그인할 수 없습니다.',
    next: '이 사이트의 쿠키와 사이트 데이터를 허용하거나 저장 공간을 확보한 뒤 다시 시도해 주세요.',
  },
};
