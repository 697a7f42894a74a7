/** The characters YAML's grammar speaks of. All take a UTF-16 code unit; 0 stands for the end of the text. */
export const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
export const space = 0x20;
export const hash = 0x23;
export const comma = 0x2c;
export const dash = 0x2d;
export const dot = 0x2e;
export const colon = 0x3a;
export const question = 0x3f;
export const byteOrderMark = 0xfeff;

export const isBreak = (code: number): boolean => code === lineFeed || code === carriageReturn;
export const isBlank = (code: number): boolean => code === space || code === tab;
export const isBreakOrEnd = (code: number): boolean => code === lineFeed || code === carriageReturn || code === 0;
export const isBlankOrEnd = (code: number): boolean => isBlank(code) || isBreakOrEnd(code);

/** `, [ ] { }` */
export const isFlowIndicator = (code: number): boolean =>
  code === comma || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
