/** A multipart/form-data body (RFC 7578) of known length, so that a server can refuse it at once. */
export interface FormBody {
  contentType: string;
  /** Of the whole body, in bytes. */
  contentLength: number;
  stream: ReadableStream<Uint8Array>;
}

/** Told after each piece of the file: bytes of the file taken so far, and all of them. */
export type UploadProgress = (sent: number, total: number) => void;

export interface FilePart {
  /** A Blob (`fs.openAsBlob`) is read piece by piece as the body is sent. */
  data: Uint8Array<ArrayBuffer> | Blob;
  filename: string;
}

const PIECE = 64 * 1024;

/**
 * Text fields, then the file as part `file`. Platform FormData tells nobody how far it is, and goes on
 * filling a cancelled stream; this body is read only as fast as it is sent.
 */
export function formBody(
  fields: Record<string, string | number | boolean | undefined>,
  file: FilePart,
  onProgress: UploadProgress = () => {},
): FormBody {
  const boundary = `ota-${crypto.randomUUID()}`;
  const encoder = new TextEncoder();
  let head = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    head += `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`;
  }
  head +=
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(file.filename)}"\r\n` +
    'content-type: application/octet-stream\r\n\r\n';
  const before = encoder.encode(head);
  const after = encoder.encode(`\r\n--${boundary}--\r\n`);
  const blob = file.data instanceof Blob ? file.data : new Blob([file.data]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: before.length + blob.size + after.length,
    stream: ReadableStream.from(pieces(before, blob, after, onProgress)),
  };
}

async function* pieces(
  before: Uint8Array,
  blob: Blob,
  after: Uint8Array,
  onProgress: UploadProgress,
): AsyncGenerator<Uint8Array> {
  yield before;
  for (let sent = 0; sent < blob.size; ) {
    const piece = await blob.slice(sent, sent + PIECE).bytes();
    yield piece;
    sent += piece.length;
    onProgress(sent, blob.size);
  }
  yield after;
}

/** As browsers write names (HTML, multipart/form-data encoding): nothing can end the quotes. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
