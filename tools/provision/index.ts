/** Settings of a board in its NVS: what the C client and the gateway read. */
export { type FlashAccess, type ProvisionResult, provisionBoard } from './board.ts';
export {
  checkHoldsNvs,
  checkSettings,
  NAMESPACE,
  type OtaSettings,
  readSettings,
  SECRETS,
  SETTING_KEYS,
  type SettingKey,
  writeSettings,
} from './settings.ts';
