// The module that workerd and Cloudflare load: it hands events to the wasm, and survives a panic in it.
//
// `cargo xtask build edge` bundles it with what wasm-bindgen writes (`./index.js`). It does what the shim of
// `worker-build` does, and one thing more: a panic aborts the wasm in the middle of a poll, so the promise of
// every request in flight would stay pending for ever. Here they all fail at once, and the next event starts a
// fresh instance. What had been written by then stays written, which is why each decision is one transaction.
import { DurableObject } from "cloudflare:workers";
import * as wasm from "./index.js";

Error.stackTraceLimit = 100;
const state = wasm.__worker_init_state();
const inFlight = new Set();

function failIfCritical(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  state.criticalError = true;
  console.error("the wasm panicked; every request in flight fails", error);
  for (const reject of inFlight) reject(error);
  inFlight.clear();
}

// Panics inside a poll arrive here: the wasm is resumed from a microtask, where nobody else could catch them.
addEventListener("error", (event) => failIfCritical(event.error));

function renewAfterPanic() {
  if (!state.criticalError) return;
  wasm.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

function run(call) {
  return new Promise((resolve, reject) => {
    inFlight.add(reject);
    const settle = (done) => (value) => {
      inFlight.delete(reject);
      done(value);
    };
    const fail = settle((error) => {
      failIfCritical(error);
      reject(error);
    });
    try {
      Promise.resolve(call()).then(settle(resolve), fail);
    } catch (error) {
      fail(error);
    }
  });
}

// An object outlives the wasm that built its inner half, and makes a new one after a panic.
const durable = (Inner) =>
  class extends DurableObject {
    #inner;
    #instanceId;

    constructor(ctx, env) {
      super(ctx, env);
      this.#current();
    }

    #current() {
      renewAfterPanic();
      if (this.#instanceId !== state.instanceId) {
        this.#inner = new Inner(this.ctx, this.env);
        this.#instanceId = state.instanceId;
      }
      return this.#inner;
    }

    fetch(request) {
      return run(() => this.#current().fetch(request));
    }

    alarm() {
      return run(() => this.#current().alarm());
    }
  };

export default {
  fetch(request, env, ctx) {
    return run(() => {
      renewAfterPanic();
      return wasm.fetch(request, env, ctx);
    });
  },
};

export const Shard = durable(wasm.Shard);
export const Store = durable(wasm.Store);
export const Import = durable(wasm.Import);
export const Directory = durable(wasm.Directory);
