// Sends what is posted to every WebSocket. Argument: the port, on loopback.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  const text = Buffer.concat(parts);
  for (const socket of sockets.clients) {
    socket.send(text, { binary: false });
  }
  response.end();
});
const sockets = new WebSocketServer({ server });
server.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 1000 });
