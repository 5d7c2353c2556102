import { releaseDir } from './systemd-unit.ts';

export interface StartWish {
  /** SHA-256 of the archive as 64 hexadecimal digits. */
  readonly sha256: string;
  readonly port: number;
  readonly healthPath: string;
  /** Whether `report.curl` names an address to tell how it went. */
  readonly reports: boolean;
}

/** Curl's settings: the addresses, which nobody but root may read. */
export const archiveSettings = '/etc/site/archive.curl';
export const reportSettings = '/etc/site/report.curl';
export const startPath = '/etc/site/start';

/** Seconds that the program may take to answer. */
const HEALTHY_S = 180;

/**
 * Write the shell script that a new machine runs once, as root: fetch the archive, check it, unpack
 * it, start the unit, wait until it answers, and tell how that went.
 *
 * What is told is JSON as a WaitCondition of CloudFormation takes it: `Status` and `Reason` at most
 * 1,500 characters, of the program's last lines when it did not answer.
 */
export function startScript({ sha256, port, healthPath, reports }: StartWish): string {
  return `#!/bin/sh
set -eu
step='The machine could not be prepared'
archive=/var/tmp/site.tar.gz

report() {
  ${reports ? reportLines : ':'}
}
ended() {
  if [ "$1" -eq 0 ]; then report SUCCESS 'The program answers'; return; fi
  last=$(journalctl --unit site --lines 20 --output cat 2>/dev/null | tail -c 1300 || true)
  report FAILURE "$step. $last"
}
trap 'ended $?' EXIT

step='The release could not be fetched'
curl --fail --silent --show-error --retry 8 --retry-all-errors --retry-delay 2 --max-time 600 \\
  --config ${archiveSettings} --output "$archive"
step='The release that was fetched is not the one that was sent'
echo '${sha256}  '"$archive" | sha256sum --check --status
step='The release could not be unpacked'
install -d -m 0755 ${releaseDir}
tar --extract --gzip --no-same-owner --file "$archive" --directory ${releaseDir}
rm -f "$archive" ${archiveSettings}
step='The program could not be started'
systemctl daemon-reload
systemctl enable --now site.service
step='The program did not answer within ${HEALTHY_S} s'
tries=0
until curl --fail --silent --output /dev/null --max-time 5 ${shellWord(`http://127.0.0.1:${port}${healthPath}`)}; do
  tries=$((tries + 1))
  [ "$tries" -lt ${HEALTHY_S} ]
  sleep 1
done
`;
}

// S3, which takes the report, signs for no content type. Quotes and the like are left out of the
// reason, so that it needs no escaping.
const reportLines = `reason=$(printf %s "$2" | tr '\\n\\t' '  ' | tr -cd ' [:alnum:].,:;/_=()+@!?-' | cut -c 1-1500)
  printf '{"Status":"%s","Reason":"%s","UniqueId":"site","Data":"site"}' "$1" "$reason" |
    curl --silent --show-error --retry 8 --retry-all-errors --retry-delay 2 --max-time 60 \\
      --request PUT --header 'Content-Type:' --data-binary @- --config ${reportSettings} || true
  rm -f ${reportSettings}`;

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
