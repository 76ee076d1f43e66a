/** A connection that an override (`HttpResponse.error()`) or a fault plan broke before an answer began: what fetch rejects with. */
export class BrokenConnection extends TypeError {
  constructor(cause?: unknown) {
    super('Failed to fetch: an override broke the connection.', { cause });
    this.name = 'BrokenConnection';
  }
}
