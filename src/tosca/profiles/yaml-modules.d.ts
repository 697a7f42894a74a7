/** tosca/*.yaml as modules: a packed profile as JSON text (scripts/profile-module.mjs). */
declare module '*.yaml' {
  const packed: string;
  export default packed;
}
