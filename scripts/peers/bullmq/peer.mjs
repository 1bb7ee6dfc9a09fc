// Takes events over HTTP as Tocsin does, keeps each as a BullMQ job, and posts it to one URL: what
// one would write with Node, Redis and BullMQ instead of Tocsin.
//
// node peer.mjs REDIS_PORT SINK_URL CONCURRENCY READY_FILE
// Writes its URL to READY_FILE once it takes events. SIGTERM ends it.

import { renameSync, writeFileSync } from "node:fs";
import http from "node:http";
import { Queue, Worker } from "bullmq";
import IORedis from "ioredis";

const [redisPort, sinkUrl, concurrency, readyFile] = process.argv.slice(2);

const connect = () =>
  new IORedis({
    host: "127.0.0.1",
    port: Number(redisPort),
    // What BullMQ asks for, as its workers wait in Redis.
    maxRetriesPerRequest: null,
    // Commands of one turn of the event loop go out together.
    enableAutoPipelining: true,
  });

const queue = new Queue("events", {
  connection: connect(),
  defaultJobOptions: { attempts: 8, backoff: { type: "exponential", delay: 1000 },
                       removeOnComplete: true },
});

const agent = new http.Agent({ keepAlive: true, maxSockets: Number(concurrency) });

function post(body) {
  return new Promise((resolve, reject) => {
    const request = http.request(sinkUrl, {
      agent, method: "POST",
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => (response.statusCode < 300
        ? resolve() : reject(new Error(`answered with ${response.statusCode}`))));
    });
    request.end(body);
  });
}

const worker = new Worker("events", (job) => post(job.data), {
  connection: connect(), concurrency: Number(concurrency),
});
worker.on("error", (error) => console.error(error.message));
worker.on("failed", (job, error) => console.error(`job ${job?.id}: ${error.message}`));

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { "Content-Type": "application/json",
                               "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

// The event is checked as JSON and kept as the text that came.
const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", async () => {
    const text = Buffer.concat(pieces).toString();
    let type;
    try {
      type = JSON.parse(text).event;
    } catch (error) {
      return answer(response, 400, { detail: error.message });
    }
    try {
      const job = await queue.add(type, text);
      answer(response, 202, { id: job.id, status: "accepted", deliveries: 1 });
    } catch (error) {
      answer(response, 503, { detail: error.message });
    }
  });
});
server.keepAliveTimeout = 60_000;

await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
server.listen(0, "127.0.0.1", () => {
  writeFileSync(`${readyFile}.new`, `http://127.0.0.1:${server.address().port}\n`);
  renameSync(`${readyFile}.new`, readyFile);
});

process.once("SIGTERM", async () => {
  server.closeAllConnections();
  server.close();
  await worker.close(true);
  process.exit(0);
});
