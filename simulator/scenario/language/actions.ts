import { AIR_RULES, type AirAction } from './actions/air.ts';
import { BOARD_RULES, type BoardAction } from './actions/board.ts';
import { EVERYTHING_RULES, type EverythingAction } from './actions/everything.ts';
import { FIRMWARE_RULES, type FirmwareAction } from './actions/firmware.ts';
import { FLASH_RULES, type FlashAction } from './actions/flash.ts';
import { MESH_RULES, type MeshAction } from './actions/mesh.ts';
import { POWER_RULES, type PowerAction } from './actions/power.ts';
import { RELEASE_RULES, type ReleaseAction } from './actions/release.ts';
import { SENSOR_RULES, type SensorAction } from './actions/sensor.ts';
import { SERVER_RULES, type ServerAction } from './actions/server.ts';
import { TRUST_RULES, type TrustAction } from './actions/trust.ts';
import { createGrammar } from './grammar.ts';

/** What a step of the timeline does. */
export type Action =
  | PowerAction
  | FlashAction
  | FirmwareAction
  | BoardAction
  | SensorAction
  | ReleaseAction
  | AirAction
  | MeshAction
  | ServerAction
  | TrustAction
  | EverythingAction;

export const ACTIONS = createGrammar<Action>('action', [
  ...POWER_RULES,
  ...FLASH_RULES,
  ...FIRMWARE_RULES,
  ...BOARD_RULES,
  ...SENSOR_RULES,
  ...RELEASE_RULES,
  ...AIR_RULES,
  ...MESH_RULES,
  ...SERVER_RULES,
  ...TRUST_RULES,
  ...EVERYTHING_RULES,
]);
