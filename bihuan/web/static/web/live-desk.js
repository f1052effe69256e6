// Serves one stream to any number of pages. A page that comes later is told what happened since it was rendered.
import { Stream } from "./live-stream.js";

const KEPT = 500;

const xid = (position) => Number(position.split(":")[0]);

export class Desk {
  constructor() {
    this.pages = new Map(); // from the function that reaches a page to who sits before it
    this.recent = [];
    this.knownFrom = Infinity; // entries of this transaction and later are in `recent`
    this.stream = new Stream((message) => this.pass(message));
  }

  join(reach, { after, staff }) {
    this.pages.set(reach, staff);
    const stranger = staff && this.stream.staff && String(staff) !== String(this.stream.staff);
    if (!this.stream.source || this.stream.state === "off" || stranger) {
      if (stranger) this.forget();
      this.stream.open(this.stream.position && !stranger ? null : after);
    }
    reach({ type: "state", state: this.stream.state });
    this.tellMissed(reach, after);
  }

  leave(reach) {
    this.pages.delete(reach);
    if (!this.pages.size) this.stream.close();
  }

  tellMissed(reach, after) {
    if (!after || this.knownFrom === Infinity) return;
    if (xid(after) < this.knownFrom) return reach({ type: "resync" });
    for (const entry of this.recent) {
      if (xid(entry.position) >= xid(after)) reach({ type: "entry", entry });
    }
  }

  pass(message) {
    if (message.type === "hello") {
      if (this.knownFrom === Infinity) this.knownFrom = xid(message.position);
      return;
    }
    if (message.type === "entry" && !this.keep(message.entry)) return;
    if (message.type === "resync") this.forget(this.stream.position);
    for (const reach of this.pages.keys()) reach(message);
  }

  // False for an entry that was told before: after a reconnect some come twice.
  keep(entry) {
    if (this.recent.some((known) => known.position === entry.position)) return false;
    this.recent.push(entry);
    if (this.recent.length > KEPT) this.knownFrom = Math.max(this.knownFrom, xid(this.recent.shift().position) + 1);
    return true;
  }

  forget(from) {
    this.recent = [];
    this.knownFrom = from ? xid(from) : Infinity;
  }
}
