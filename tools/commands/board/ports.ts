import { Command } from 'commander';
import { revisionText } from '../../serial/loader/revision.ts';
import { type FoundPort, listPorts, stableName } from '../../serial/ports/list.ts';
import type { Column, Page } from '../support/page.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { onEach, tellFailures, withBoard } from './session.ts';
import { boardAction } from './trouble.ts';

interface PortsFlags {
  chips?: boolean;
  json?: boolean;
}

type Row = FoundPort & { name?: string; chip?: string; mac?: string };

const EXAMPLES = `
Examples:
  $ ota ports
  $ ota ports --chips          resets each board and asks which chip it is

Exit code 0, also where there is no port.`;

export function portsCommand(): Command {
  return new Command('ports')
    .description('Serial ports of this machine: who made them, their serial numbers, which chip.')
    .option('--chips', 'ask the board at each port; this resets them')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(boardAction(ports));
}

async function ports(flags: PortsFlags): Promise<void> {
  const found: Row[] = (await listPorts()).map((port) => ({
    ...port,
    name: stableName(port.path),
  }));
  const outcomes = flags.chips
    ? await onEach(
        found.map(({ path }) => path),
        chipAt,
      )
    : [];
  for (const outcome of outcomes) {
    const row = found.find(({ path }) => path === outcome.port)!;
    Object.assign(row, outcome.ok ? outcome.result : { chip: `– (${outcome.problem.code})` });
  }
  const columns: Column<Row>[] = [
    { title: 'port', cell: ({ path }) => path },
    {
      title: 'USB',
      cell: ({ vendorId, productId }) => (vendorId ? `${vendorId}:${productId}` : '–'),
    },
    { title: 'made by', cell: ({ manufacturer }) => manufacturer ?? '–' },
    { title: 'serial number', cell: ({ serialNumber }) => serialNumber ?? '–' },
    { title: 'chip', cell: ({ chip, mac }) => [chip, mac].filter(Boolean).join(' ') || '' },
  ];
  const fill = (page: Page) => {
    if (found.length > 0) page.table('Serial ports', columns, found);
    else page.lines('Serial ports', ['none: plug a board in, with a cable that carries data']);
  };
  show({ ok: true, ports: found }, flags, fill);
  tellFailures(outcomes);
}

async function chipAt(port: string): Promise<{ chip: string; mac?: string }> {
  const flags = {
    baud: 115_200,
    before: 'default-reset' as const,
    after: 'hard-reset' as const,
    stub: false,
    connectAttempts: 2,
  };
  return withBoard(port, flags, async (board) => ({
    chip: `${board.chip}${board.revision === undefined ? '' : ` ${revisionText(board.revision)}`}`,
    mac: await board.mac(),
  }));
}
