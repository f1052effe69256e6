// The shared worker: one stream for all tabs of a browser (HTTP/1.1 allows six connections to a server in all).
import { Desk } from "./live-desk.js";

const desk = new Desk();

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  const reach = (message) => port.postMessage(message);
  port.onmessage = ({ data }) => (data.type === "join" ? desk.join(reach, data) : desk.leave(reach));
});
