/** Secure Boot v2 signatures (ESP_FORMATS §4.4): everything about them from one door. */
export {
  buildSignatureBlock,
  type EcdsaSignatureBlock,
  type ParsedSignatureBlock,
  parseSignatureBlock,
  type RsaSignatureBlock,
  type SignatureBlock,
  type SignatureScheme,
} from './block.ts';
export { type BlockKey, keyDigest, keyOfJwk, type PrivateJwk, type PublicJwk } from './key.ts';
export {
  findSignature,
  SIGNATURE_BLOCK_SIZE,
  SIGNATURE_SECTOR_SIZE,
  type SignaturePlace,
  signatureOffset,
} from './place.ts';
export {
  buildSignatureSector,
  parseSignatureSector,
  SIGNATURE_BLOCKS_MAX,
  type SignatureSlot,
} from './sector.ts';
export { type SignImageOptions, signImage } from './sign.ts';
export {
  type SignatureCheck,
  type SignatureVerdict,
  type VerifySignaturesOptions,
  verifySignatures,
} from './verify.ts';
