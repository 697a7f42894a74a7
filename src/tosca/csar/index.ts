/** Archives of templates: opened, packed, unpacked, signed and verified. */
export { archiveKind } from './archive.ts';
export { packArchive } from './build.ts';
export { limits as contentsLimits } from './contents.ts';
export { openArchive, openFolder, unpackArchive } from './template.ts';
export type { ArchivedTemplate } from './template.ts';
export { fingerprintOf, readPrivateKey, readPublicKey, signContents, verifyContents } from './sign.ts';
