/** What __DATE__, __TIME__ and the app descriptor say. The wall clock never gets into an image: like
 * other reproducible builds, this one takes SOURCE_DATE_EPOCH (seconds since 1970), else 0. */
export interface BuildDate {
  /** "Jan  1 1970", as C's __DATE__. */
  date: string;
  /** "00:00:00" */
  time: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The last second of the year 9999. */
const EPOCH_MAX = 253_402_300_799;

export function buildDate(epoch: string | undefined): BuildDate {
  const seconds = /^\d+$/.test(epoch ?? '') ? Math.min(Number(epoch), EPOCH_MAX) : 0;
  const when = new Date(seconds * 1000);
  return {
    date: `${MONTHS[when.getUTCMonth()]} ${String(when.getUTCDate()).padStart(2)} ${when.getUTCFullYear()}`,
    time: when.toISOString().slice(11, 19),
  };
}
