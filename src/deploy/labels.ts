/** How what we made on an engine is known again. */
export const applicationLabel = 'clocker.application';
/** The instance: `web`, or `web.2` for the second member of a cluster. */
export const entityLabel = 'clocker.entity';
/** Of all that was asked of the engine; another hash means another thing is wanted. */
export const hashLabel = 'clocker.spec-hash';
/** On an image that was built: of its context and its options. */
export const buildLabel = 'clocker.build-hash';
