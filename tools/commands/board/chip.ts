import { Command } from 'commander';
import type { Board } from '../../serial/loader/board.ts';
import { revisionText } from '../../serial/loader/revision.ts';
import type { Page, Row } from '../support/page.ts';
import { hexText } from '../support/text.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onEach, portsOf, showBoards, withBoard } from './session.ts';
import { boardAction } from './trouble.ts';

const EXAMPLES = `
Examples:
  $ ota chip --port /dev/ttyUSB0
  $ ota chip --all --json

Needs no stub and changes nothing; the board is reset before and after.`;

export function chipCommand(): Command {
  return boardOptions(
    new Command('chip').description('Which chip a board has: revision, MAC, flash, security.'),
  )
    .addHelpText('after', EXAMPLES)
    .action(boardAction(chip));
}

async function chip(flags: BoardFlags): Promise<void> {
  const ports = await portsOf(flags);
  const outcomes = await onEach(ports, (port) =>
    withBoard(port, { ...flags, stub: false, baud: 115_200 }, factsOf),
  );
  const boards = outcomes.map((outcome) =>
    outcome.ok ? { port: outcome.port, ok: true, ...outcome.result } : outcome,
  );
  showBoards(outcomes, flags, { ok: outcomes.every(({ ok }) => ok), boards }, (page) => {
    for (const outcome of outcomes) if (outcome.ok) fillPage(page, outcome.port, outcome.result);
  });
}

type ChipFacts = Awaited<ReturnType<typeof factsOf>>;

async function factsOf(board: Board) {
  const { flash, security } = board;
  return {
    chip: board.chip,
    simulated: board.isVirtual,
    revision: board.revision,
    ...(await board.describe()),
    flash: flash && { ...flash, id: undefined },
    security: security && {
      ...security.flags,
      flashEncryption: security.flashEncryption,
      flashCryptCount: security.flashCryptCount,
      keyPurposes: security.keyPurposes,
    },
    secureDownload: board.loader.secureDownload,
  };
}

function fillPage(page: Page, port: string, facts: ChipFacts): void {
  const { chip, revision, description, features, mac, crystalMHz, flash, security } = facts;
  const rows: Row[] = [
    ['chip', `${chip}${facts.simulated ? ', simulated' : ''}`],
    ['revision', revision === undefined ? 'not readable' : revisionText(revision)],
  ];
  if (description) rows.push(['package', description]);
  if (features) rows.push(['features', features.join(', ')]);
  if (mac) rows.push(['MAC', mac]);
  if (crystalMHz) rows.push(['crystal', `${crystalMHz} MHz`]);
  if (flash) {
    const size = flash.sizeBytes === undefined ? 'unknown size' : `${flash.sizeBytes / 2 ** 20} MB`;
    rows.push([
      'flash',
      `${size}, manufacturer ${hexText(flash.manufacturer, 2)}, device ${hexText(flash.device, 4)}`,
    ]);
  }
  page.section(port, rows);
  if (security) page.section('Security', securityRows(security));
  else page.lines('Security', ['this chip has no command that tells']);
}

function securityRows(security: NonNullable<ChipFacts['security']>): Row[] {
  const on = (value: boolean): string => (value ? 'on' : 'off');
  const revoked = [security.keyRevoked0, security.keyRevoked1, security.keyRevoked2]
    .flatMap((is, key) => (is ? [String(key)] : []))
    .join(', ');
  return [
    ['Secure Boot', on(security.secureBoot)],
    ['flash encryption', on(security.flashEncryption)],
    ['secure download', on(security.secureDownload)],
    [
      'JTAG',
      security.hardDisabledJtag
        ? 'disabled'
        : security.softDisabledJtag
          ? 'disabled by software'
          : 'enabled',
    ],
    ['USB', security.disabledUsb ? 'disabled' : 'enabled'],
    ['revoked keys', revoked || 'none'],
  ];
}
