import { RotatingLog } from '../durable/rotating-log.ts';

/** Entry for one request. It has no field for the query, because queries contain signatures. */
interface AccessRecord {
  readonly time: Date;
  readonly bytes: number;
  readonly ip: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly result: string;
  readonly requestId: string;
  readonly seconds: number;
}

const FIELDS =
  'date time sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status x-edge-result-type x-edge-request-id time-taken';

/**
 * Access log in the format of CloudFront's standard logs, with the fields of the template's log delivery that reveal no
 * signature.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export class AccessLog {
  readonly #log: RotatingLog;

  constructor(file: string) {
    this.#log = new RotatingLog(file, { header: `#Version: 1.0\n#Fields: ${FIELDS}\n` });
  }

  write({ time, ...record }: AccessRecord): void {
    const [date, clock] = [time.toISOString().slice(0, 10), time.toISOString().slice(11, 19)];
    const { bytes, ip, method, host, path, status, result, requestId, seconds } = record;
    const line = [date, clock, bytes, ip, method, host, path, status, result, requestId, seconds.toFixed(3)];
    this.#log.write(`${line.map((field) => encode(String(field))).join('\t')}\n`);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

/** Encodes characters with which a request could forge lines or fields. */
function encode(field: string): string {
  return field === '' ? '-' : field.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
}
