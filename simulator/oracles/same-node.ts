/** The server keeps node ids as the gateway writes them: decimal, or hexadecimal as the stock one does. */
export function sameNode(rowId: string, nodeId: number): boolean {
  return rowId === String(nodeId) || rowId.toLowerCase() === nodeId.toString(16);
}
