/** 32 bits at most; undefined for text that is no number in that base. */
function parsedAs(text: string, base: 10 | 16): number | undefined {
  const digits = base === 16 ? /^(?:0x)?([0-9a-f]{1,8})$/i : /^(\d{1,10})$/;
  const match = digits.exec(text);
  return match ? Number.parseInt(match[1]!, base) : undefined;
}

/**
 * Whether an order's target names the node of a report. Gateways write node ids in hexadecimal; people who order an update
 * may have a decimal one from a log, since painlessMesh prints ids so.
 */
export function namesNode(target: string, reported: string): boolean {
  if (target === reported) return true;
  const node = parsedAs(reported, 16);
  return node !== undefined && (parsedAs(target, 16) === node || parsedAs(target, 10) === node);
}
