/**
 * Loads the packs of dist/, with V8's code cache: it is put before the table of chunks, as dist/clocker.cjs. A pack is one
 * script that answers functions, one for each chunk that esbuild made. A cache belongs to one exact build of V8 and of its
 * pack: V8 refuses another's, and it is made again, or done without where the folder can't be written.
 */
'use strict';
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const scripts = new Map();
const packs = new Map();
const modules = new Map();
let isStale = false;

const cacheOf = (file) => file + '.' + process.version + '-' + process.arch + '.cache';

function readCache(file) {
  try {
    return readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
}

function openPack(name) {
  const file = join(__dirname, name);
  const cachedData = readCache(file);
  // esbuild writes ASCII, which needs no decoding when it is read as Latin-1.
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
  isStale ||= cachedData !== undefined && script.cachedDataRejected;
  scripts.set(file, script);
  return script.runInThisContext()(__dirname, require('node:url').pathToFileURL(__filename).href);
}

/** What a chunk exports; of any other name what Node knows by it. */
function load(name) {
  const pack = packOfChunk[name];
  if (pack === undefined) return require(name);
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  if (!packs.has(pack)) packs.set(pack, openPack(pack));
  const module = { exports: {} };
  modules.set(name, module);
  packs.get(pack)[name](load, module, module.exports);
  return module.exports;
}
load.resolve = require.resolve;
load.cache = require.cache;
load.main = require.main;

/** Only functions that ran are compiled in a cache: called when a command has done its work. */
function saveCodeCache(isAsked) {
  if (!isAsked && !isStale) return;
  for (const [file, script] of scripts)
    try {
      const temporary = cacheOf(file) + '.' + process.pid;
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, cacheOf(file));
    } catch {
      // A read-only installation works as well, only slower.
    }
}

module.exports = { load, saveCodeCache };
