// One stream from the server, kept open. It tells `told` what happens: {type: "entry" | "resync" | "state", …}.
// States: "on" (everything missed has been told), "retry" (the line is down), "off" (signed out).

const SILENCE = 40_000; // the server says something every 15 s
const AGAIN = [1_000, 2_000, 5_000, 15_000, 30_000];

export class Stream {
  constructor(told) {
    this.told = told;
    this.source = null;
    this.state = "retry";
    this.position = null;
    this.staff = null;
    this.failures = 0;
    setInterval(() => this.watch(), SILENCE / 4);
  }

  open(after) {
    this.close();
    if (after) this.position = after;
    this.source = new EventSource(this.position ? `/live?after=${this.position}` : "/live");
    this.heard = Date.now();
    const on = (name, act) => this.source.addEventListener(name, (event) => this.hear(event, act));
    on("hello", (data) => { this.staff = data.staff; this.told({ type: "hello", position: data.position }); });
    on("entry", (entry) => this.told({ type: "entry", entry }));
    on("resync", () => this.told({ type: "resync" }));
    on("synced", () => { this.failures = 0; this.turn("on"); });
    on("beat", () => {});
    on("signed-out", () => { this.close(); this.turn("off"); });
    this.source.addEventListener("error", () => this.fail());
  }

  close() {
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }

  hear(event, act) {
    this.heard = Date.now();
    if (event.lastEventId) this.position = event.lastEventId;
    act(JSON.parse(event.data));
  }

  // The browser connects again by itself after a broken line, but not after an answer that is no stream.
  fail() {
    if (!this.source) return;
    this.turn("retry");
    if (this.source.readyState !== EventSource.CLOSED) return;
    const wait = AGAIN[Math.min(this.failures++, AGAIN.length - 1)];
    this.close();
    this.again = setTimeout(() => this.open(), wait * (1 + Math.random() / 2));
  }

  watch() {
    if (this.source && Date.now() - this.heard > SILENCE) {
      this.turn("retry");
      this.open();
    }
  }

  turn(state) {
    if (state === this.state) return;
    this.state = state;
    this.told({ type: "state", state });
  }
}
