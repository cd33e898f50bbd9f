// The shared worker's script in a worker of one tab, for browsers without SharedWorker.
importScripts("stream-worker.js");
onmessage = ({ data: port }) => onconnect({ ports: [port] });
